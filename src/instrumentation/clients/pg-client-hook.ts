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

/** What has to be known of a client while there are rules. */
interface Known {
  /** Of its server. */
  readonly key: string;
  /** From the first query on that rules may be about. */
  turns: PgTurns | undefined;
}

const clients = new WeakMap<PgClient, Known>();

/** `Client.prototype.query` with guards around it. */
export function guardedQuery(sets: RuleSets, original: PgClientQuery): PgClientQuery {
  return function query(this: PgClient, ...args: [config: unknown, values?: unknown, callback?: unknown]): unknown {
    if (sets.active.length === 0 || args[0] === undefined || args[0] === null) return original.apply(this, args);
    let found: Found | undefined;
    try {
      found = find(this, args[0], sets);
    } catch (error) {
      sets.pass(error);
    }
    if (found === undefined) return original.apply(this, args);
    const { guard, statement, turns } = found;
    if (guard === undefined && turns.isFree) {
      turns.passed(statement);
      return original.apply(this, args);
    }
    const form = formOf(args);
    if (form === undefined) return original.apply(this, args);
    const span = guard && takeLatestSpan(INSTRUMENTATION);
    return guarded({ client: this, send: original, statement, turns, guard, span }, form);
  };
}

function textOf(config: unknown): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const { text, cursor } = config as PgQueryConfig;
  return text ?? cursor?.text;
}

/** A query in one of its forms. */
type Form =
  | { readonly kind: 'submitted'; readonly query: PgQuery; readonly rest: readonly [unknown, unknown] }
  | {
      readonly kind: 'answered';
      readonly config: string | PgQueryConfig;
      readonly values: unknown;
      readonly callback: PgCallback | undefined;
    };

/** `undefined` where it is no query: the package says so. */
function formOf([config, second, third]: readonly [unknown, unknown?, unknown?]): Form | undefined {
  if (typeof config === 'string') {
    const callback = third ?? (typeof second === 'function' ? second : undefined);
    return answered(config, second, callback);
  }
  if (typeof config !== 'object' || config === null) return undefined;
  if (typeof (config as PgQuery).submit === 'function')
    return { kind: 'submitted', query: config as PgQuery, rest: [second, third] };
  const query = config as PgQueryConfig;
  return answered(query, second, third ?? (typeof second === 'function' ? second : query.callback));
}

function answered(config: string | PgQueryConfig, second: unknown, callback: unknown): Form | undefined {
  if (callback !== undefined && callback !== null && typeof callback !== 'function') return undefined;
  const values = typeof second === 'function' ? undefined : second;
  return { kind: 'answered', config, values, callback: (callback ?? undefined) as PgCallback | undefined };
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
function guardsOf({ key }: Known, sets: RuleSets): PeerGuards | undefined {
  for (const rules of sets.active) {
    const guards = rules.peer('pg', key, pgPeer);
    if (guards !== undefined) return guards;
  }
  return undefined;
}

interface Found {
  readonly guard: CallGuard | undefined;
  readonly statement: PgStatement;
  readonly turns: PgTurns;
}

/** What is to be done about a query; nothing, where no rule is about its server. */
function find(client: PgClient, config: unknown, sets: RuleSets): Found | undefined {
  const about = known(client);
  const guards = guardsOf(about, sets);
  if (guards === undefined) return undefined;
  const statement = pgStatement(textOf(config));
  // What ends a transaction is never held up: it would hold locks.
  const guard = statement.turn === 'ends' ? undefined : guards.call(statement.operation);
  return { guard, statement, turns: (about.turns ??= turnsOf(client)) };
}

function known(client: PgClient): Known {
  let found = clients.get(client);
  if (found === undefined) clients.set(client, (found = { key: pgKey(client), turns: undefined }));
  return found;
}

function turnsOf(client: PgClient): PgTurns {
  const turns = new PgTurns();
  client.connection.prependListener('readyForQuery', (message) => turns.ready(message));
  return turns;
}
