import { diag } from '@opentelemetry/api';
import { GrpcClientHook } from './grpc-client-hook.ts';
import type { GrpcPackage } from './grpc-package.ts';
import type { GuardRules } from './guard-rules.ts';
import { onPackage } from './loaded-modules.ts';

/** One a copy of the package, however many rules count. */
const hooks = new WeakMap<object, GrpcClientHook>();

/**
 * Puts guards around the unary calls of `@grpc/grpc-js`, from 1.8 on, until disposed: of clients that are generated at run
 * time (`loadPackageDefinition`, `@grpc/proto-loader`) or before (`makeGenericClientConstructor`: grpc-tools, ts-proto,
 * protoc-gen-ts) and of bare ones (`makeUnaryRequest`: nice-grpc, protobuf-ts), made before or after, in any copy of the
 * package. Not of what speaks gRPC without it, such as Connect. Calls with streams pass untouched.
 *
 * A call that waits has not begun for anybody: neither for the interceptors of the application nor for the channel. Refused,
 * it ends with UNAVAILABLE, for it was never sent and may be tried again later; timed out, or out of time, with
 * DEADLINE_EXCEEDED; the error of the guard is the `cause`. What the interceptors or the channel retry is one call.
 */
export function guardGrpc(rules: GuardRules): Disposable {
  const added: Disposable[] = [];
  const watching = onPackage(['@grpc/grpc-js'], ({ exports, version }) => {
    try {
      added.push(hookOf(exports as GrpcPackage).rules.add(rules));
    } catch (error) {
      diag.warn(`opentelemetry-resilience: calls of @grpc/grpc-js ${version} cannot be guarded: ${String(error)}`);
    }
  });
  return {
    [Symbol.dispose]: () => {
      watching[Symbol.dispose]();
      for (const each of added.splice(0)) each[Symbol.dispose]();
    },
  };
}

function hookOf(grpc: GrpcPackage): GrpcClientHook {
  let hook = hooks.get(grpc.Client);
  if (hook === undefined) hooks.set(grpc.Client, (hook = new GrpcClientHook(grpc)));
  return hook;
}
