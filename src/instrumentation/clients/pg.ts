import { diag } from '@opentelemetry/api';
import type { GuardRules } from './guard-rules.ts';
import { onPackage } from './loaded-modules.ts';
import { hookMethod } from './method-hook.ts';
import type { PgClient } from './pg-client.ts';
import { guardedQuery } from './pg-client-hook.ts';
import { RuleSets } from './rule-sets.ts';

const sets: RuleSets = new RuleSets('pg', () => {
  const removals: (() => void)[] = [];
  const watching = onPackage(['pg'], (pg) => {
    const client = pg.file('lib/client.js') as { prototype: PgClient } | undefined;
    if (client === undefined) return;
    try {
      removals.push(
        hookMethod(client.prototype, 'query', (original: PgClient['query']) => guardedQuery(sets, original)),
      );
    } catch (error) {
      diag.warn(`opentelemetry-resilience: queries of pg ${pg.version} cannot be guarded: ${String(error)}`);
    }
  });
  return () => {
    watching[Symbol.dispose]();
    for (const remove of removals) remove();
  };
});

/**
 * Puts guards around the queries of `pg`, from 8.0.3 on, until disposed: `client.query` in all its forms, and with it
 * `pool.query`, of clients made before or after, in any copy of the package. Not around connecting, nor around waiting for a
 * client of a pool; not around `pg-native`.
 *
 * The queries of a connection keep their order: where one waits for a slot, those behind it wait too, and each takes its slot
 * when its turn has come. A statement of an open transaction never waits for a slot and is sent in any case; COMMIT and
 * ROLLBACK pass untouched; where a BEGIN is refused, what was queued behind it up to its end is refused with it.
 *
 * A query that is refused, or takes too long, ends with an `Error`, like those of the package, with ours as `cause`. Taking
 * too long it runs on at the server, as after a `query_timeout`: it keeps its slot until it is answered, and so do those
 * behind it on the same connection. Cursors, query streams and COPY hold a slot to their end and are not timed.
 */
export function guardPg(rules: GuardRules): Disposable {
  return sets.add(rules);
}
