/** Run in a thread of its own: reads the configuration file and answers through the port that it is given. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { readConfig } from '../config/load.ts';
import type { Answer } from './register-sync.ts';

const { there, done } = workerData as { there: MessagePort; done: Int32Array };

function answer(message: Answer): void {
  there.postMessage(message, []);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}

readConfig().then(
  (read) => answer({ read }),
  ({ code, message }: { code: unknown; message: string }) => answer({ error: { code, message } }),
);
