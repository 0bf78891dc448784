import type { CallGuard } from './call-guard.ts';
import { GuardedGrpcCall } from './grpc-call.ts';
import type {
  GrpcCallOptions,
  GrpcCallProperties,
  GrpcClient,
  GrpcInterceptor,
  GrpcInterceptorProvider,
  GrpcPackage,
} from './grpc-package.ts';
import { GrpcMethods } from './grpc-methods.ts';
import type { GuardRules } from './guard-rules.ts';
import { hookMethod } from './method-hook.ts';
import { RuleSets } from './rule-sets.ts';

/** Where a client keeps what it is made of. */
interface Places {
  readonly interceptors: symbol;
  readonly providers: symbol;
  /** What turns every call into what is made of it; `undefined` in most clients. */
  readonly transformer: symbol;
}

type Transformer = (this: GrpcClient, call: GrpcCallProperties) => GrpcCallProperties;

const HOOKED = Symbol('opentelemetry-resilience hooked');

/**
 * Guards the unary calls of every client of one copy of the package, those that are there already included.
 *
 * Generated clients hold on to `makeUnaryRequest` as it was when the package was loaded, so that wrapping it misses them.
 * But it begins by asking the client to sort its arguments out, and then asks for the client's call transformer: at the first
 * of these a client gets, as the second, one that puts an interceptor of ours in front of those the call has anyway.
 */
export class GrpcClientHook {
  readonly #grpc: GrpcPackage;
  readonly #places: Places;
  readonly rules: RuleSets;

  /** @throws Error where this version of the package is made otherwise. */
  constructor(grpc: GrpcPackage) {
    this.#grpc = grpc;
    this.#places = findPlaces(grpc);
    this.rules = new RuleSets('@grpc/grpc-js', () => this.#wrap());
  }

  #wrap(): () => void {
    const hook = (client: GrpcClient): void => this.#hook(client);
    return hookMethod(
      this.#grpc.Client.prototype,
      'checkOptionalUnaryResponseArguments',
      (original: GrpcClient['checkOptionalUnaryResponseArguments']) =>
        function checkOptionalUnaryResponseArguments(this: GrpcClient, ...args: unknown[]): unknown {
          if (this[HOOKED] === undefined) hook(this);
          return original.apply(this, args);
        },
    );
  }

  #hook(client: GrpcClient): void {
    this.rules.find(() => {
      const own = client[this.#places.transformer] as Transformer | undefined;
      const methods = new GrpcMethods();
      Object.defineProperty(client, HOOKED, { value: true });
      const transform: Transformer = (call) =>
        this.#guarded(client, methods, own === undefined ? call : own.call(client, call));
      client[this.#places.transformer] = transform;
      return undefined;
    });
  }

  #guarded(client: GrpcClient, methods: GrpcMethods, call: GrpcCallProperties): GrpcCallProperties {
    const { requestStream, responseStream } = call.methodDefinition;
    if (requestStream || responseStream || this.rules.active.length === 0) return call;
    const callOptions = this.rules.find(() => {
      const guards = guardsOf(this.rules.active, methods, call);
      return guards && this.#intercepted(client, call, guards);
    });
    return callOptions === undefined ? call : { ...call, callOptions };
  }

  /** The options of the call, with interceptors of ours in front. */
  #intercepted(client: GrpcClient, call: GrpcCallProperties, guards: readonly CallGuard[]): GrpcCallOptions {
    const { callOptions: options, channel } = call;
    const { Metadata } = this.#grpc;
    const ours = guards.map((guard): GrpcInterceptor => {
      // Whoever comes next gets the options that the caller gave.
      return ({ method_definition }, nextCall) =>
        new GuardedGrpcCall({
          guard,
          options,
          open: () => nextCall({ ...options, method_definition }),
          target: () => channel.getTarget(),
          metadata: () => new Metadata(),
        });
    });
    const provided = ours.map((each): GrpcInterceptorProvider => {
      return () => each;
    });
    // Those of a call take the place of those of its client, and either come as they are or from providers.
    const [{ length: own }, { length: ownProvided }] = [
      options.interceptors ?? [],
      options.interceptor_providers ?? [],
    ];
    const from = own + ownProvided > 0 ? options : this.#interceptorsOf(client);
    if (own > 0 || !from.interceptor_providers?.length)
      return { ...options, interceptors: [...ours, ...(from.interceptors ?? [])] };
    return { ...options, interceptor_providers: [...provided, ...from.interceptor_providers] };
  }

  #interceptorsOf(client: GrpcClient): Pick<GrpcCallOptions, 'interceptors' | 'interceptor_providers'> {
    const { interceptors, providers } = this.#places;
    return {
      interceptors: client[interceptors] as readonly GrpcInterceptor[],
      interceptor_providers: client[providers] as readonly GrpcInterceptorProvider[],
    };
  }
}

function guardsOf(
  active: readonly GuardRules[],
  methods: GrpcMethods,
  call: GrpcCallProperties,
): CallGuard[] | undefined {
  let guards: CallGuard[] | undefined;
  for (const rules of active) {
    const guard = methods.guardOf(rules, call);
    if (guard !== undefined) (guards ??= []).push(guard);
  }
  return guards;
}

/** Looks at a client that calls nobody. */
function findPlaces({ Client, credentials }: GrpcPackage): Places {
  const given = { interceptors: [() => {}], callInvocationTransformer: () => {} };
  const client = new Client('localhost', credentials.createInsecure(), { ...given, channelOverride: {} });
  const symbols = Object.getOwnPropertySymbols(client);
  const [interceptors, transformer] = [given.interceptors, given.callInvocationTransformer].map((value) =>
    symbols.find((each) => client[each] === value),
  );
  const providers = symbols.find((each) => each !== interceptors && Array.isArray(client[each]));
  const checks: unknown = client.checkOptionalUnaryResponseArguments;
  if (!interceptors || !transformer || !providers || typeof checks !== 'function')
    throw new Error('its clients are not made as they were from 1.8 to 1.14');
  return { interceptors, providers, transformer };
}
