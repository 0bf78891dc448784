import { hookMethod } from './method-hook.ts';
import type { LoadedPackage } from './loaded-modules.ts';
import type { CallOrder } from './call-order.ts';
import { RedisCall } from './redis-call.ts';
import { isBlocking, redisCommand } from './redis-command.ts';
import { type RedisConnection, RedisConnections, type RedisPassage } from './redis-connections.ts';
import { unwellReply } from './redis-failure.ts';
import type { RuleSets } from './rule-sets.ts';

/** What is used of a client of `redis`. */
interface NodeRedis {
  readonly options?: {
    readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string };
    readonly database?: number;
  };
  /** The client itself, for others stand in for it. Since 5. */
  readonly _self?: NodeRedis;
  readonly _commandOptions?: CommandOptions | undefined;
}

interface CommandOptions {
  readonly abortSignal?: AbortSignal;
  /** What it was called up to 4. */
  readonly signal?: AbortSignal;
  /** Belongs to a chain that must not be broken. */
  readonly chainId?: unknown;
  /** Goes in front of all others. */
  readonly asap?: boolean;
  /** Goes through a connection of its own, whose client guards it. Up to 4. */
  readonly isolated?: boolean;
}

interface BatchedCommand {
  readonly args?: readonly unknown[];
}

type Method = (this: NodeRedis, ...args: unknown[]) => Promise<unknown>;

interface ErrorKinds {
  readonly AbortError?: new () => Error;
  readonly TimeoutError?: ErrorConstructor;
}

/** Puts guards around what one copy of `@redis/client` sends, until what it returns is called. */
export function hookNodeRedis(sets: RuleSets, loaded: LoadedPackage): () => void {
  const prototype = (loaded.file('dist/lib/client/index.js') as { default: { prototype: Record<string, unknown> } })
    .default.prototype;
  const hooks = new NodeRedisHooks(sets, loaded.file('dist/lib/errors.js') ?? {});
  const removals: (() => void)[] = [];
  const put = (name: string, make: (original: Method) => Method): void => {
    if (typeof prototype[name] === 'function') removals.push(hookMethod(prototype, name, make));
  };
  put('sendCommand', (original) => hooks.sent(original));
  put('_executeMulti', (original) => hooks.batch(original, 'MULTI', 3));
  put('_executePipeline', (original) => hooks.batch(original, 'PIPELINE'));
  if (!('_executeMulti' in prototype)) {
    // Up to 4, commands find their way by what was there when the package was loaded.
    put('multiExecutor', (original) => hooks.batch(original));
    put('commandsExecutor', (original) => hooks.named(original, 'COMMAND'));
    put('executeScript', (original) => hooks.named(original, 'EVALSHA'));
    put('executeFunction', (original) => hooks.named(original, 'FCALL'));
    const { default: commands } = loaded.file('dist/lib/client/commands.js') as { default: object };
    for (const [name, operation] of operationsOf(Object.keys(commands)))
      put(name, (original) => hooks.named(original, operation));
  }
  return () => {
    for (const remove of removals) remove();
  };
}

class NodeRedisHooks {
  readonly #connections: RedisConnections<NodeRedis>;
  readonly #errors: ErrorKinds;

  constructor(sets: RuleSets, errors: ErrorKinds) {
    this.#connections = new RedisConnections(sets, addressOf);
    this.#errors = errors;
  }

  /** `sendCommand(args, options)` */
  sent(original: Method): Method {
    const connections = this.#connections;
    const errors = this.#errors;
    return function sendCommand(this: NodeRedis, ...args: unknown[]): Promise<unknown> {
      const { _self: client = this, _commandOptions: common } = this;
      const connection = connections.guarded(client);
      const command: unknown = args[0];
      const own = args[1] as CommandOptions | undefined;
      if (connection === undefined || !Array.isArray(command) || isBeyond(common) || isBeyond(own))
        return original.apply(this, args);
      const passage = connection.command(redisCommand(command[0]), command);
      if (passage === undefined) return original.apply(this, args);
      const signal = own?.abortSignal ?? own?.signal ?? common?.abortSignal;
      return passed(connection, passage, errors, () => original.apply(this, args), signal);
    };
  }

  /** A method that stands for a command, with its options in front, if any. */
  named(original: Method, operation: string): Method {
    const connections = this.#connections;
    const errors = this.#errors;
    const kind = redisCommand(operation);
    return function command(this: NodeRedis, ...args: unknown[]): Promise<unknown> {
      const connection = connections.guarded(this);
      const options = args[0] as CommandOptions | undefined;
      if (connection === undefined || isBeyond(options)) return original.apply(this, args);
      const passage = connection.command(kind, args);
      if (passage === undefined) return original.apply(this, args);
      const signal = options?.signal instanceof AbortSignal ? options.signal : undefined;
      return passed(connection, passage, errors, () => original.apply(this, args), signal);
    };
  }

  /**
   * A method that sends many commands as one.
   * @param given - what it is called; not of those that send a transaction only where they are given a chain.
   * @param chain - which argument is a chain that the batch has to follow at once, if any.
   */
  batch(original: Method, given?: 'MULTI' | 'PIPELINE', chain?: number): Method {
    const connections = this.#connections;
    const errors = this.#errors;
    return function batch(this: NodeRedis, ...args: unknown[]): Promise<unknown> {
      const { _self: client = this } = this;
      const connection = connections.guarded(client);
      if (connection === undefined || (chain !== undefined && args[chain] !== undefined))
        return original.apply(this, args);
      const operation = given ?? (args.some((each) => typeof each === 'symbol') ? 'MULTI' : 'PIPELINE');
      const passage = connection.batch(operation, operation === 'PIPELINE' && isAnyBlocking(args[0]));
      if (passage === undefined) return original.apply(this, args);
      return passed(connection, passage, errors, () => original.apply(this, args));
    };
  }
}

function passed(
  { order }: RedisConnection,
  passage: Exclude<RedisPassage, undefined>,
  errors: ErrorKinds,
  send: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<unknown> {
  if (signal?.aborted) return send();
  const call = new PromisedReply(order, errors, send, signal);
  call.begin(passage);
  return call.reply;
}

function isAnyBlocking(commands: unknown): boolean {
  return (commands as readonly BatchedCommand[]).some(({ args = [] }) => isBlocking(redisCommand(args[0]), args));
}

class PromisedReply extends RedisCall {
  readonly reply: Promise<unknown>;
  readonly #send: () => Promise<unknown>;
  readonly #signal: AbortSignal | undefined;
  readonly #errors: ErrorKinds;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(order: CallOrder, errors: ErrorKinds, send: () => Promise<unknown>, signal: AbortSignal | undefined) {
    super(order, errors.TimeoutError);
    this.#errors = errors;
    this.#send = send;
    this.#signal = signal;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener('abort', this, { once: true });
  }

  /** The caller has aborted what was not sent. */
  handleEvent(): void {
    const { AbortError } = this.#errors;
    this.withdrawn(this.#signal?.reason);
    this.#reject(AbortError === undefined ? this.#signal?.reason : new AbortError());
  }

  protected transmit(): void {
    this.#leaveSignal();
    let sent: Promise<unknown>;
    try {
      sent = this.#send();
    } catch (error) {
      sent = Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    const told = sent.then(
      (reply) => {
        this.ended(unwellReply(reply));
        return reply;
      },
      (error: unknown) => {
        this.ended(error);
        throw error;
      },
    );
    void told.then(this.#resolve, this.#reject);
  }

  protected answer(error: Error): void {
    this.#leaveSignal();
    this.#reject(error);
  }

  #leaveSignal(): void {
    this.#signal?.removeEventListener('abort', this);
  }
}

/** Up to 4, options stand where others have a key. */
function isBeyond(options: CommandOptions | null | undefined): boolean {
  if (typeof options !== 'object' || options === null) return false;
  return options.asap === true || options.isolated === true || options.chainId !== undefined;
}

/** The commands that methods stand for, such as `CLUSTER` of `CLUSTER_NODES` and of `clusterNodes`. */
function operationsOf(methods: readonly string[]): Map<string, string> {
  const plain = (name: string): string => name.toUpperCase().replaceAll('_', '');
  const capitals = methods.filter((name) => name === name.toUpperCase());
  const known = new Map(capitals.map((name) => [plain(name), /^[A-Z]+(?:_RO)?/.exec(name)?.[0] ?? name]));
  return new Map(methods.map((name) => [name, known.get(plain(name)) ?? name]));
}

function addressOf({ options }: NodeRedis): { host?: string; port?: number; path?: string; database?: number } {
  const { socket, database } = options ?? {};
  return { ...socket, ...(database !== undefined && { database }) };
}
