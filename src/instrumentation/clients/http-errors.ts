import type { IncomingMessage } from 'node:http';

/** An error as Node's client emits them, for one of ours. */
export function clientError(cause: Error): Error {
  const code = (cause as { code?: unknown }).code === 'BULKHEAD_REJECTED' ? 'ECONNREFUSED' : 'ETIMEDOUT';
  return Object.assign(new Error(cause.message, { cause }), { code });
}

/** What Node's client emits where a connection was closed under a request. */
export function hangUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** How a response ended that is not complete: the error, where it was not its reader who had enough. */
export function lossOf(response: IncomingMessage): Error | undefined {
  const { errored } = response;
  return (errored as { code?: unknown } | null)?.code === 'ECONNRESET' ? errored! : undefined;
}
