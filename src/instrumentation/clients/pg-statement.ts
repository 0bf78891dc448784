/** What is to be known of a statement before it is sent. */
export interface PgStatement {
  /** One of few names. */
  readonly operation: string;
  /** What it does to the transaction of its connection. */
  readonly turn?: 'begins' | 'ends';
}

/** What is no end of a transaction though it begins like one. */
const GOES_ON = /^[^;]*?\b(?:TO|AND\s+CHAIN)\b/i;
const PREPARES_TRANSACTION = /^[^;]*?\bPREPARE\s+TRANSACTION\b/i;
/** How far a text is read. */
const FAR = 1_000;

const OTHER: PgStatement = { operation: 'QUERY' };
const STATEMENTS: ReadonlyMap<string, PgStatement> = new Map([
  ...(
    'SELECT INSERT UPDATE DELETE MERGE WITH VALUES TABLE COPY CALL DO EXECUTE PREPARE DEALLOCATE DECLARE FETCH MOVE CLOSE ' +
    'SAVEPOINT RELEASE LOCK SET RESET SHOW DISCARD LISTEN UNLISTEN NOTIFY EXPLAIN ANALYZE VACUUM REFRESH REINDEX ' +
    'CREATE ALTER DROP TRUNCATE GRANT REVOKE COMMENT'
  )
    .split(' ')
    .map((operation): [string, PgStatement] => [operation, { operation }]),
  ['BEGIN', { operation: 'BEGIN', turn: 'begins' }],
  ['START', { operation: 'BEGIN', turn: 'begins' }],
  ['COMMIT', { operation: 'COMMIT', turn: 'ends' }],
  ['END', { operation: 'COMMIT', turn: 'ends' }],
  ['ROLLBACK', { operation: 'ROLLBACK', turn: 'ends' }],
  ['ABORT', { operation: 'ROLLBACK', turn: 'ends' }],
]);
/** Letters in the longest of them. */
const LONGEST = 10;
const BY_WORD: ReadonlyMap<number, PgStatement> = new Map(
  [...STATEMENTS].map(([word, statement]) => [wordAt(word, 0), statement]),
);
const ENDS_BY_TWO_WORDS: PgStatement = { operation: 'PREPARE', turn: 'ends' };

/** Reads the command at the head of a text; of several statements it is the first that gives the name. */
export function pgStatement(text: unknown): PgStatement {
  if (typeof text !== 'string') return OTHER;
  const start = startOf(text);
  const found = BY_WORD.get(wordAt(text, start));
  if (found === undefined) return OTHER;
  if (found.turn !== 'ends' && found.operation !== 'PREPARE') return found;
  const head = text.slice(start, start + FAR);
  if (found.turn === 'ends' && GOES_ON.test(head)) return { operation: found.operation };
  return found.operation === 'PREPARE' && PREPARES_TRANSACTION.test(head) ? ENDS_BY_TWO_WORDS : found;
}

/** Where blanks, comments and parentheses end. */
function startOf(text: string): number {
  let at = 0;
  for (;;) {
    const next = text.charCodeAt(at);
    if (isLetter(next)) return at;
    if (next === 0x28 /* ( */ || next === 0x20 || (next >= 0x09 && next <= 0x0d)) at++;
    else if (text.startsWith('--', at)) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at);
    else return at;
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from + 2);
  return at < 0 ? text.length : at + mark.length;
}

/**
 * The letters from there on, as a number: five bits each, in either case, so that up to ten of them fit. To find a number
 * takes a third of the time that cutting the word out and finding that takes.
 */
function wordAt(text: string, start: number): number {
  let word = 0;
  for (let at = start; at - start <= LONGEST; at++) {
    const code = text.charCodeAt(at);
    if (!isLetter(code)) return word;
    word = word * 32 + (code & 31);
  }
  return 0;
}

/** Of ASCII, of which commands are made. */
function isLetter(code: number): boolean {
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x7a;
}
