import type { CallGuard } from './call-guard.ts';
import { CallOrder } from './call-order.ts';
import type { PeerGuards } from './guard-rules.ts';
import { redisKey, redisPeer, type RedisAddress } from './redis-peer.ts';
import { redisTreatment } from './redis-command.ts';
import type { RuleSets } from './rule-sets.ts';

/** What has to be known of a connection while rules are about its server. */
export class RedisConnection {
  readonly order: CallOrder = new CallOrder();
  /** Whether a MULTI was sent by itself: what follows belongs to it. */
  isInTransaction = false;
}

/** A command that is to pass its guards, or to keep its place: by its connection. */
export interface RedisPassage {
  readonly connection: RedisConnection;
  /** `undefined`: it only keeps its place. */
  readonly guard: CallGuard | undefined;
}

/** Which guards the commands of a kind of clients pass. */
export class RedisConnections<C extends object> {
  readonly #sets: RuleSets;
  readonly #addressOf: (client: C) => RedisAddress;
  readonly #keys = new WeakMap<C, string>();
  readonly #connections = new WeakMap<C, RedisConnection>();

  constructor(sets: RuleSets, addressOf: (client: C) => RedisAddress) {
    this.#sets = sets;
    this.#addressOf = addressOf;
  }

  /** The guards of the first rules that are about the client's server. */
  guardsOf(client: C): PeerGuards | undefined {
    const { active } = this.#sets;
    if (active.length === 0) return undefined;
    try {
      return this.#find(client, active);
    } catch (error) {
      return this.#sets.pass(error);
    }
  }

  /** How a command goes; `undefined`: as it is, at once. */
  passage(client: C, guards: PeerGuards, operation: string, args: Iterable<unknown>): RedisPassage | undefined {
    const treatment = redisTreatment(operation, args);
    if (treatment === 'free') return undefined;
    const connection = this.#connectionOf(client);
    // What is refused in the middle of a transaction would leave the rest of it to be executed.
    const isGuarded = treatment === 'guarded' && !connection.isInTransaction;
    if (operation === 'MULTI') connection.isInTransaction = true;
    else if (operation === 'EXEC' || operation === 'DISCARD' || operation === 'RESET')
      connection.isInTransaction = false;
    return this.#pass(connection, isGuarded ? guards : undefined, operation);
  }

  /** How a pipeline or a transaction goes that is sent as one. */
  batchPassage(client: C, guards: PeerGuards, operation: string, isBlocking: boolean): RedisPassage | undefined {
    return this.#pass(this.#connectionOf(client), isBlocking ? undefined : guards, operation);
  }

  #pass(connection: RedisConnection, guards: PeerGuards | undefined, operation: string): RedisPassage | undefined {
    const guard = guards && this.#guardOf(guards, operation);
    return guard === undefined && connection.order.isFree ? undefined : { connection, guard };
  }

  #guardOf(guards: PeerGuards, operation: string): CallGuard | undefined {
    try {
      return guards.call(operation);
    } catch (error) {
      return this.#sets.pass(error);
    }
  }

  #find(client: C, active: RuleSets['active']): PeerGuards | undefined {
    let key = this.#keys.get(client);
    if (key === undefined) this.#keys.set(client, (key = redisKey(this.#addressOf(client))));
    for (const rules of active) {
      const guards = rules.peer('redis', key, redisPeer);
      if (guards !== undefined) return guards;
    }
    return undefined;
  }

  #connectionOf(client: C): RedisConnection {
    let connection = this.#connections.get(client);
    if (connection === undefined) this.#connections.set(client, (connection = new RedisConnection()));
    return connection;
  }
}
