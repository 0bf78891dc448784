import { context } from '@opentelemetry/api';
import type { Bulkhead } from '../../bulkhead/bulkhead.ts';
import { LONGEST_NAME } from '../../bulkhead/options.ts';
import type { ClientName, GuardRule } from '../../config/config.ts';
import { boundedName } from '../../sla/bounded-name.ts';
import { glob, type Match } from '../../sla/glob.ts';
import { parseDuration } from '../../time/duration.ts';
import type { AdaptiveTimeout } from '../../timeout/adaptive-timeout.ts';
import { CallGuard } from './call-guard.ts';

/** Whom a client calls. */
export interface Peer {
  /** The server's address, with `:port` unless it is the protocol's own. */
  readonly name: string;
  /** What else a rule may name it by. */
  readonly aliases: readonly string[];
}

/** The guards of one peer. */
export interface PeerGuards {
  /**
   * The guard of one call; `undefined` where no rule is about it, and for what exporters send themselves.
   * @param operation - one of few names: an HTTP method, an SQL command, `pkg.Service/Method`.
   * @param path - matched with the operation where a rule asks for a path, and never kept.
   */
  call(operation: string, path?: string): CallGuard | undefined;
}

/** Where the rules take their guards from. */
export interface GuardSource {
  bulkhead(name: string, rule: GuardRule): Bulkhead;
  timeout(rule: GuardRule): AdaptiveTimeout;
}

interface CompiledRule {
  readonly rule: GuardRule;
  readonly matchesService: Match;
  readonly matchesOperation: Match | undefined;
  /** Where it asks for an operation with a path. */
  readonly matchesPath: ((operation: string, path: string) => boolean) | undefined;
  readonly matchesClient: (client: ClientName) => boolean;
}

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** Peers, and operations of a peer, that are remembered; the oldest goes first. */
const MOST = 1_000;
/** The compartment of peers that nothing names. */
const NAMELESS = '_OTHER';

/** Which guards the rules put around a call. Remembers its answers, for patterns are slow and peers few. */
export class GuardRules {
  readonly #source: GuardSource;
  readonly #peers = new Map<ClientName, Map<string, RulesOfPeer | undefined>>();
  #rules: readonly CompiledRule[] = [];

  constructor(source: GuardSource) {
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** From now on these rules count. */
  replace(rules: readonly GuardRule[]): void {
    this.#rules = rules.map(compile);
    this.#peers.clear();
  }

  /**
   * The guards of a peer; `undefined` where no rule is about it.
   * @param key - what `describe` makes the peer of, such as an origin.
   */
  peer(client: ClientName, key: string, describe: (key: string) => Peer): PeerGuards | undefined {
    if (this.#rules.length === 0) return undefined;
    let peers = this.#peers.get(client);
    if (peers === undefined) this.#peers.set(client, (peers = new Map()));
    const known = peers.get(key);
    if (known !== undefined || peers.has(key)) return known;
    const found = this.#find(client, describe(key));
    remember(peers, key, found);
    return found;
  }

  #find(client: ClientName, peer: Peer): RulesOfPeer | undefined {
    const names = [peer.name, ...peer.aliases];
    const rules = this.#rules.filter((rule) => rule.matchesClient(client) && names.some(rule.matchesService));
    return rules.length === 0 ? undefined : new RulesOfPeer(peer.name, rules, this.#source);
  }
}

class RulesOfPeer implements PeerGuards {
  readonly #peer: string;
  readonly #rules: readonly CompiledRule[];
  readonly #source: GuardSource;
  readonly #asksForPath: boolean;
  readonly #byOperation = new Map<string, CallGuard | undefined>();
  readonly #guards = new Map<CompiledRule, Map<string, CallGuard>>();

  constructor(peer: string, rules: readonly CompiledRule[], source: GuardSource) {
    this.#peer = peer;
    this.#rules = rules;
    this.#source = source;
    this.#asksForPath = rules.some(({ rule }) => rule.match.operation?.includes(' ') ?? false);
  }

  call(operation: string, path?: string): CallGuard | undefined {
    const guard = this.#lookUp(operation, path);
    // Asked for last, because most calls are no exporter's, and the context takes longer than the rest.
    return guard === undefined || context.active().getValue(SUPPRESSED) === true ? undefined : guard;
  }

  #lookUp(operation: string, path: string | undefined): CallGuard | undefined {
    if (this.#asksForPath && path !== undefined) return this.#find(operation, path);
    const known = this.#byOperation.get(operation);
    if (known !== undefined || this.#byOperation.has(operation)) return known;
    const found = this.#find(operation, undefined);
    remember(this.#byOperation, operation, found);
    return found;
  }

  #find(operation: string, path: string | undefined): CallGuard | undefined {
    let found: CompiledRule | undefined;
    for (const rule of this.#rules) {
      const { matchesOperation, matchesPath } = rule;
      const isIt = matchesOperation === undefined || matchesOperation(operation);
      if (!isIt && (path === undefined || matchesPath?.(operation, path) !== true)) continue;
      found = rule;
      break;
    }
    if (found === undefined) return undefined;
    // What is matched by a path is called like the rule: paths have no bound.
    const name = found.matchesOperation?.(operation) === false ? found.rule.match.operation! : operation;
    let guards = this.#guards.get(found);
    if (guards === undefined) this.#guards.set(found, (guards = new Map()));
    let guard = guards.get(name);
    if (guard === undefined) remember(guards, name, (guard = this.#make(found.rule, name)));
    return guard;
  }

  #make(rule: GuardRule, operation: string): CallGuard {
    const { bulkhead, timeout, match } = rule;
    const compartment = match.operation === undefined ? this.#peer : `${this.#peer} ${match.operation}`;
    const name = rule.name ?? (boundedName(compartment, LONGEST_NAME) || NAMELESS);
    const isFixed = timeout !== undefined && timeout !== 'adaptive' && typeof timeout !== 'object';
    return new CallGuard({
      operation: boundedName(`${rule.name ?? this.#peer} ${operation}`),
      bulkhead: bulkhead && (() => this.#source.bulkhead(name, rule)),
      timeout: timeout === undefined ? undefined : this.#source.timeout(rule),
      timeoutMillis: isFixed ? parseDuration(timeout) : undefined,
    });
  }
}

function compile(rule: GuardRule): CompiledRule {
  const { service = '*', operation, client } = rule.match;
  const clients = client === undefined ? undefined : [client].flat();
  return {
    rule,
    matchesService: glob(service),
    matchesOperation: operation === undefined ? undefined : glob(operation),
    matchesPath: operation?.includes(' ') ? withPath(operation) : undefined,
    matchesClient: (each) => clients === undefined || clients.includes(each),
  };
}

/** A matcher for `GET /path`, asked without joining the two. */
function withPath(pattern: string): (operation: string, path: string) => boolean {
  const space = pattern.indexOf(' ');
  const [matchesMethod, matchesRest] = [glob(pattern.slice(0, space)), glob(pattern.slice(space + 1))];
  return (operation, path) => matchesMethod(operation) && matchesRest(path);
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= MOST) map.delete(map.keys().next().value!);
  map.set(key, value);
}
