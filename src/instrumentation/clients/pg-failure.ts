/** Classes of SQLSTATE by which a server says that it is unwell: connections, resources, operators, its system, itself. */
const UNWELL: ReadonlySet<string> = new Set(['08', '53', '57', '58', 'XX']);
const CLOSED_BY_CALLER = 'Client was closed and is not queryable';

/** How a query went, as far as that speaks for or against the server. */
export type PgVerdict = 'well' | 'unwell' | 'neither';

/**
 * What an error says of the server: one in the statement or the data says that it is well, a lost connection that it is not.
 * @param isGivenUp - whether the query was given up before: its connection may have been closed for that.
 */
export function pgVerdict(error: unknown, isGivenUp: boolean): PgVerdict {
  if (error === null || error === undefined) return 'well';
  const { severity, code, message } = error as { severity?: unknown; code?: unknown; message?: unknown };
  // Only errors that the server has sent have a severity.
  if (typeof severity === 'string') return typeof code === 'string' && UNWELL.has(code.slice(0, 2)) ? 'unwell' : 'well';
  return isGivenUp || message === CLOSED_BY_CALLER ? 'neither' : 'unwell';
}

/** An error of ours as the package would put it: a timeout of its own is an `Error` of this very message. */
export function pgError(cause: Error, wasSent: boolean): Error {
  return new Error(wasSent ? 'Query read timeout' : `Query was not sent: ${cause.message}`, { cause });
}
