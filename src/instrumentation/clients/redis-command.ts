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

/** What a command is called in guards: by its own name, where that can be one. */
export function redisOperation(name: unknown): string {
  const given = typeof name === 'string' ? name.toUpperCase() : String(name).toUpperCase();
  return KNOWN_FORM.test(given) ? given : OTHER;
}

/** @param args - of the command, its name left out. */
export function redisTreatment(operation: string, args: Iterable<unknown>): RedisTreatment {
  if (FREE.has(operation)) return 'free';
  return ORDERED.has(operation) || isBlocking(operation, args) ? 'ordered' : 'guarded';
}

/** Whether the command may wait for others. */
export function isBlocking(operation: string, args: Iterable<unknown>): boolean {
  if (BLOCKING.has(operation)) return true;
  if (!BLOCKING_WHERE_TOLD.has(operation)) return false;
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
