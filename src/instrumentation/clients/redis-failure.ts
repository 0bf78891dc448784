/** Replies by which a server says that it cannot do its work; the others are about the command. */
const UNWELL = /^(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|NOREPLICAS|READONLY) /;
/** What begins with a word in capitals is a reply. */
const REPLY = /^[A-Z]{2,}(?: |$)/;
/** What clients make of a reply that is no error. */
const OF_REPLIES = new Set(['WatchError', 'MultiErrorReply', 'ErrorReply', 'SimpleError', 'BlobError', 'ReplyError']);
/** What callers do to their own commands. */
const OF_CALLERS = new Set(['AbortError', 'ClientClosedError', 'DisconnectsClientError']);
/** What `ioredis` calls aborted though nobody wanted it. */
const LOST = 'Command aborted due to connection close';

/**
 * What an error says of the server: nothing, as of a reply to a wrong command; that it is unwell, as of a lost connection; or
 * neither, where the caller ended the command.
 */
export function redisVerdict(error: unknown): 'well' | 'unwell' | 'neither' {
  if (!(error instanceof Error)) return 'well';
  const { name } = error.constructor;
  if (OF_CALLERS.has(name) && error.message !== LOST) return 'neither';
  if (OF_REPLIES.has(name) || REPLY.test(error.message)) return UNWELL.test(`${error.message} `) ? 'unwell' : 'well';
  return 'unwell';
}

/** What guards are told of an error that speaks against the server. To them, a call that is called aborted was given up. */
export function asFailure(error: unknown): unknown {
  return error instanceof Error && error.name === 'AbortError' ? new Error(error.message, { cause: error }) : error;
}

/** What a batch of replies says, each a value or an error, or a pair of both: the first that is unwell decides. */
export function unwellReply(replies: unknown): Error | undefined {
  if (!Array.isArray(replies)) return undefined;
  for (const each of replies as unknown[]) {
    const error: unknown = Array.isArray(each) ? each[0] : each;
    if (error instanceof Error && redisVerdict(error) === 'unwell') return error;
  }
  return undefined;
}

/** An error of ours as a client would put it. */
export function redisError(cause: Error, wasSent: boolean, Timeout: ErrorConstructor = Error): Error {
  if (!wasSent) return new Error(`Command was not sent: ${cause.message}`, { cause });
  const error = new Timeout('Command timed out', { cause });
  // Not every constructor passes its options on.
  if (error.cause !== cause)
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}
