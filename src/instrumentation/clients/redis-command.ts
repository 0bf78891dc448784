/** How a command is treated: */
export type RedisTreatment =
  /** it passes its guards; */
  | 'guarded'
  /** it is part of the connection's own business, and sent as it comes; */
  | 'free'
  /** it keeps its place among the others, and that is all: it changes the state of the connection, or waits for others. */
  | 'ordered';

const FREE = words(
  'AUTH HELLO CLIENT INFO CLUSTER SENTINEL ROLE PING COMMAND READONLY READWRITE ASKING FAILOVER SHUTDOWN',
);
const ORDERED = words(
  'SELECT QUIT RESET MULTI EXEC DISCARD WATCH UNWATCH SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE ' +
    'SUNSUBSCRIBE MONITOR SYNC PSYNC',
);
/** What waits until another client does something, or for as long as it is told to. */
const BLOCKING = words('BLPOP BRPOP BRPOPLPUSH BLMOVE BLMOVEM BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF');
const BLOCKING_WHERE_TOLD = words('XREAD XREADGROUP');
const KNOWN_FORM = /^[A-Z][A-Z._]{0,29}$/;
const OTHER = 'COMMAND';

/** What is to be known of a command, its arguments left aside. */
export interface RedisCommandKind {
  /** What it is called in guards: by its own name, where that can be one. */
  readonly operation: string;
  readonly treatment: RedisTreatment;
  /** Whether it waits for others: always, never, or where it is told to. */
  readonly waits: boolean | 'where told';
}

/** Kinds by the names of their commands, as these are given; the oldest go first. */
const kinds = new Map<string, RedisCommandKind>();
const MOST = 1_000;

/** @param name - of the command; up to 4, `redis` has it also as a part of a method's name. */
export function redisCommand(name: unknown): RedisCommandKind {
  const given = typeof name === 'string' ? name : String(name);
  let kind = kinds.get(given);
  if (kind === undefined) {
    if (kinds.size >= MOST) kinds.delete(kinds.keys().next().value!);
    kinds.set(given, (kind = kindOf(given)));
  }
  return kind;
}

/** @param args - of the command; its name among them makes no difference. */
export function redisTreatment({ treatment, waits }: RedisCommandKind, args: Iterable<unknown>): RedisTreatment {
  return waits === 'where told' && isToldToWait(args) ? 'ordered' : treatment;
}

/** Whether the command may wait for others. */
export function isBlocking({ waits }: RedisCommandKind, args: Iterable<unknown>): boolean {
  return waits === 'where told' ? isToldToWait(args) : waits;
}

function kindOf(name: string): RedisCommandKind {
  const given = name.toUpperCase();
  const operation = KNOWN_FORM.test(given) ? given : OTHER;
  const waits = BLOCKING_WHERE_TOLD.has(operation) ? 'where told' : BLOCKING.has(operation);
  if (FREE.has(operation)) return { operation, treatment: 'free', waits };
  return { operation, treatment: ORDERED.has(operation) || waits === true ? 'ordered' : 'guarded', waits };
}

function isToldToWait(args: Iterable<unknown>): boolean {
  for (const each of args) {
    if (typeof each === 'string' || Buffer.isBuffer(each)) {
      if (String(each).toUpperCase() === 'BLOCK') return true;
    } else if (typeof each === 'object' && each !== null && 'BLOCK' in each) return true;
  }
  return false;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
