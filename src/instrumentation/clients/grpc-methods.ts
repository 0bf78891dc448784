import { boundedName } from '../../sla/bounded-name.ts';
import type { CallGuard } from './call-guard.ts';
import type { GrpcCallProperties, GrpcChannel } from './grpc-package.ts';
import { describeGrpcPeer, grpcPeerKey } from './grpc-peer.ts';
import type { GuardRules } from './guard-rules.ts';

interface Method {
  readonly channel: GrpcChannel;
  readonly peer: string;
  /** `pkg.Service/Method`. */
  readonly operation: string;
}

/** A client that is given paths, not generated for them, may call any. */
const MOST = 1_000;

/** The methods that a client has called, and how rules know them: built once each. */
export class GrpcMethods {
  readonly #methods = new Map<string, Method>();

  /** `undefined` where no rule is about the call. */
  guardOf(rules: GuardRules, { channel, methodDefinition }: GrpcCallProperties): CallGuard | undefined {
    if (rules.isEmpty) return undefined;
    let method = this.#methods.get(methodDefinition.path);
    if (method === undefined || method.channel !== channel) method = this.#name(methodDefinition.path, channel);
    return rules.peer('grpc', method.peer, describeGrpcPeer)?.call(method.operation);
  }

  #name(path: string, channel: GrpcChannel): Method {
    const operation = path.replace(/^\//, '');
    const service = operation.slice(0, Math.max(0, operation.lastIndexOf('/')));
    const peer = grpcPeerKey(channel.getTarget(), service);
    const method = { channel, peer, operation: boundedName(operation) };
    if (this.#methods.size >= MOST) this.#methods.clear();
    this.#methods.set(path, method);
    return method;
  }
}
