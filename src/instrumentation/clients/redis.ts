import { diag } from '@opentelemetry/api';
import type { GuardRules } from './guard-rules.ts';
import { type LoadedPackage, onPackage } from './loaded-modules.ts';
import { hookIORedis } from './redis-ioredis.ts';
import { hookNodeRedis } from './redis-node-redis.ts';
import { RuleSets } from './rule-sets.ts';

const HOOKS: Readonly<Record<string, (sets: RuleSets, loaded: LoadedPackage) => () => void>> = {
  ioredis: hookIORedis,
  '@redis/client': hookNodeRedis,
  // What it was called in 4.0.
  '@node-redis/client': hookNodeRedis,
};

const sets: RuleSets = new RuleSets('Redis', () => {
  const removals: (() => void)[] = [];
  const watching = onPackage(Object.keys(HOOKS), (loaded) => {
    try {
      removals.push(HOOKS[loaded.name]!(sets, loaded));
    } catch (error) {
      const what = `commands of ${loaded.name} ${loaded.version}`;
      diag.warn(`opentelemetry-resilience: ${what} cannot be guarded: ${String(error)}`);
    }
  });
  return () => {
    watching[Symbol.dispose]();
    for (const remove of removals) remove();
  };
});

/**
 * Puts guards around the commands of `ioredis`, from 5.0 on, and of `redis`, from 4.0 on, until disposed: of clients made
 * before or after, in any copy of the packages; of clusters and pools by the clients they send through. A pipeline or a
 * transaction is one call, named `PIPELINE` or `MULTI`, and so is what is pipelined automatically.
 *
 * Commands of a connection are sent in the order in which they were made: what waits for a slot holds back what follows.
 * Not guarded: the handshake, its like (AUTH, HELLO, CLIENT, INFO, CLUSTER, PING) and other commands about the connection
 * (SELECT, WATCH, subscriptions); what stands between a MULTI and an EXEC that were sent by themselves; commands that block
 * (BLPOP and the like, XREAD with BLOCK, WAIT), alone or in a pipeline; the legacy mode of `redis` 4.
 *
 * A command that is refused ends with an `Error`, one that takes too long with the error that the client itself has for that,
 * each with ours as `cause`. What was sent keeps its slot until it is answered; what waits for a connection counts as sent.
 */
export function guardRedis(rules: GuardRules): Disposable {
  return sets.add(rules);
}
