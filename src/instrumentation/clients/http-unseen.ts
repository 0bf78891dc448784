import type { ClientRequest } from 'node:http';
import type { CallGuard } from './call-guard.ts';
import { mayBeFollowed } from './following.ts';
import { agentOf } from './http-hooks.ts';

/** Whether a request may run on for a while after its caller was answered: it is sent, and takes no connection from others. */
export function mayRunOn(request: ClientRequest, guard: CallGuard): boolean {
  const agent = agentOf(request);
  if (agent === undefined || !request.writableFinished || !mayBeFollowed(guard)) return false;
  return agent.maxSockets === Infinity && agent.maxTotalSockets === Infinity;
}

/** Ends a request with an error for everybody who listens to it, while its connection stays; tells when that has ended. */
export function runOnUnseen(request: ClientRequest, error: Error, ended: () => void): void {
  request.destroyed = true;
  process.nextTick(() => {
    try {
      request.emit('error', error);
    } finally {
      Object.assign(request, { _closed: true });
      const emit = request.emit.bind(request);
      const unseen = (event: string | symbol): boolean => {
        if (event === 'close') ended();
        return false;
      };
      Object.defineProperty(request, 'emit', { value: unseen, configurable: true, writable: true });
      emit('close');
    }
  });
}
