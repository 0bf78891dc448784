import type { CallGuard } from './call-guard.ts';
import { takeLatestSpan } from './client-spans.ts';
import type { PeerGuards } from './guard-rules.ts';
import { PgAnsweredQuery } from './pg-answered-query.ts';
import type { PgCallParts } from './pg-call.ts';
import type { PgCallback, PgClient, PgClientQuery, PgQuery, PgQueryConfig } from './pg-client.ts';
import { withoutTimeout } from './pg-guards.ts';
import { pgKey, pgPeer } from './pg-peer.ts';
import { type PgStatement, pgStatement } from './pg-statement.ts';
import { PgSubmittedQuery } from './pg-submitted-query.ts';
import { PgTurns } from './pg-turns.ts';
import type { RuleSets } from './rule-sets.ts';

const INSTRUMENTATION = '@opentelemetry/instrumentation-pg';

const keys = new WeakMap<PgClient, string>();
const turnsByClient = new WeakMap<PgClient, PgTurns>();

/** `Client.prototype.query` with guards around it. */
export function guardedQuery(sets: RuleSets, original: PgClientQuery): PgClientQuery {
  return function query(this: PgClient, ...args: [config: unknown, values?: unknown, callback?: unknown]): unknown {
    if (sets.active.length === 0) return original.apply(this, args);
    const guards = guardsOf(this, sets);
    if (guards === undefined) return original.apply(this, args);
    const form = formOf(args);
    if (form === undefined) return original.apply(this, args);
    const statement = pgStatement(form.query.text ?? form.query.cursor?.text);
    // What ends a transaction is never held up: it would hold locks.
    const guard = statement.turn === 'ends' ? undefined : guardOf(guards, statement, sets);
    const turns = turnsOf(this);
    if (guard === undefined && turns.isFree) {
      turns.passed(statement);
      return original.apply(this, args);
    }
    const span = guard && takeLatestSpan(INSTRUMENTATION);
    return guarded({ client: this, send: original, statement, turns, guard, span }, form);
  };
}

/** A query in one of its forms; what it was given first has the text, as `text`. */
type Form =
  | { readonly kind: 'submitted'; readonly query: PgQuery & PgQueryConfig; readonly rest: readonly [unknown, unknown] }
  | {
      readonly kind: 'answered';
      readonly query: PgQueryConfig;
      readonly config: string | PgQueryConfig;
      readonly values: unknown;
      readonly callback: PgCallback | undefined;
    };

/** `undefined` where it is no query: the package says so. */
function formOf([config, second, third]: readonly [unknown, unknown?, unknown?]): Form | undefined {
  if (typeof config === 'string') {
    const callback = third ?? (typeof second === 'function' ? second : undefined);
    return answered(config, { text: config }, second, callback);
  }
  if (typeof config !== 'object' || config === null) return undefined;
  if (typeof (config as PgQuery).submit === 'function')
    return { kind: 'submitted', query: config as PgQuery, rest: [second, third] };
  const query = config as PgQueryConfig;
  return answered(query, query, second, third ?? (typeof second === 'function' ? second : query.callback));
}

function answered(
  config: string | PgQueryConfig,
  query: PgQueryConfig,
  second: unknown,
  callback: unknown,
): Form | undefined {
  if (callback !== undefined && callback !== null && typeof callback !== 'function') return undefined;
  const values = typeof second === 'function' ? undefined : second;
  return { kind: 'answered', query, config, values, callback: (callback ?? undefined) as PgCallback | undefined };
}

function guarded(parts: PgCallParts, form: Form): unknown {
  if (form.kind === 'submitted') {
    const guard = parts.guard && withoutTimeout(parts.guard);
    parts.turns.enter(new PgSubmittedQuery({ ...parts, guard }, form.query, form.rest));
    return form.query;
  }
  const call = new PgAnsweredQuery(parts, form.config, form.values, form.callback);
  parts.turns.enter(call);
  call.keep();
  return call.result;
}

/** The first rules that are about the client's server. */
function guardsOf(client: PgClient, sets: RuleSets): PeerGuards | undefined {
  try {
    let key = keys.get(client);
    if (key === undefined) keys.set(client, (key = pgKey(client)));
    for (const rules of sets.active) {
      const guards = rules.peer('pg', key, pgPeer);
      if (guards !== undefined) return guards;
    }
    return undefined;
  } catch (error) {
    return sets.pass(error);
  }
}

function guardOf(guards: PeerGuards, { operation }: PgStatement, sets: RuleSets): CallGuard | undefined {
  try {
    return guards.call(operation);
  } catch (error) {
    return sets.pass(error);
  }
}

function turnsOf(client: PgClient): PgTurns {
  let turns = turnsByClient.get(client);
  if (turns === undefined) {
    const made = new PgTurns();
    client.connection.prependListener('readyForQuery', (message) => made.ready(message));
    turnsByClient.set(client, (turns = made));
  }
  return turns;
}
