import type { CallGuard } from './call-guard.ts';
import { CallOrder } from './call-order.ts';
import type { PeerGuards } from './guard-rules.ts';
import { type RedisCommandKind, redisTreatment } from './redis-command.ts';
import { type RedisAddress, redisKey, redisPeer } from './redis-peer.ts';
import type { RuleSets } from './rule-sets.ts';

/** How a call goes: through a guard; in its place and nothing else; or, `undefined`, as it is and at once. */
export type RedisPassage = CallGuard | 'in order' | undefined;

/** What has to be known of a connection whose server has guards. */
export class RedisConnection {
  readonly order: CallOrder = new CallOrder();
  readonly #key: string;
  readonly #sets: RuleSets;
  #guards: PeerGuards | undefined;
  /** Whether a MULTI was sent by itself: what follows belongs to it. */
  #isInTransaction = false;

  constructor(sets: RuleSets, address: RedisAddress) {
    this.#sets = sets;
    this.#key = redisKey(address);
  }

  /** Whether any rules are about it now. The first that are count. */
  get isGuarded(): boolean {
    this.#guards = undefined;
    for (const rules of this.#sets.active) {
      this.#guards = rules.peer('redis', this.#key, redisPeer);
      if (this.#guards !== undefined) return true;
    }
    return false;
  }

  /** @param args - of the command. */
  command(kind: RedisCommandKind, args: Iterable<unknown>): RedisPassage {
    const treatment = redisTreatment(kind, args);
    if (treatment === 'free') return undefined;
    // What is refused in the middle of a transaction would leave the rest of it to be executed.
    if (treatment === 'guarded') return this.#passage(kind.operation, !this.#isInTransaction);
    const { operation } = kind;
    if (operation === 'MULTI') this.#isInTransaction = true;
    else if (operation === 'EXEC' || operation === 'DISCARD' || operation === 'RESET') this.#isInTransaction = false;
    return this.#passage(operation, false);
  }

  /** Many commands that are sent as one. */
  batch(operation: 'MULTI' | 'PIPELINE', isBlocking: boolean): RedisPassage {
    return this.#passage(operation, !isBlocking);
  }

  #passage(operation: string, isGuarded: boolean): RedisPassage {
    const guard = isGuarded ? this.#guardOf(operation) : undefined;
    return guard ?? (this.order.isFree ? undefined : 'in order');
  }

  #guardOf(operation: string): CallGuard | undefined {
    try {
      return this.#guards?.call(operation);
    } catch (error) {
      return this.#sets.pass(error);
    }
  }
}

/** The connections of a kind of clients. */
export class RedisConnections<C extends object> {
  readonly #sets: RuleSets;
  readonly #addressOf: (client: C) => RedisAddress;
  readonly #known = new WeakMap<C, RedisConnection>();

  constructor(sets: RuleSets, addressOf: (client: C) => RedisAddress) {
    this.#sets = sets;
    this.#addressOf = addressOf;
  }

  /** The connection of a client; `undefined` where no rule is about its server. */
  guarded(client: C): RedisConnection | undefined {
    if (this.#sets.active.length === 0) return undefined;
    try {
      let connection = this.#known.get(client);
      if (connection === undefined) {
        connection = new RedisConnection(this.#sets, this.#addressOf(client));
        this.#known.set(client, connection);
      }
      return connection.isGuarded ? connection : undefined;
    } catch (error) {
      return this.#sets.pass(error);
    }
  }
}
