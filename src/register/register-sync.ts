/** Registration for `node --require` and `require()`, which wait for nothing: a thread reads the file, and is waited for. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { findConfig } from '../config/find.ts';
import type { ReadConfig } from '../config/load.ts';
import { begin, giveUp, isFirst } from './register.ts';
import type { Environment } from './start.ts';

/** How long reading a configuration file may take. */
const PATIENCE_MILLIS = 10_000;

/** Like `register`, and done when it returns. Never throws. */
export function registerSync(env: Environment): void {
  if (!isFirst()) return;
  try {
    const isConfigured = findConfig(undefined, { env }) !== undefined;
    begin(isConfigured ? readInThread() : undefined, env);
  } catch (error) {
    giveUp(error);
  }
}

/** What a thread of {@link readInThread} answers. */
export type Answer = { readonly read: ReadConfig } | { readonly error: { code: unknown; message: string } };

function readInThread(): ReadConfig {
  const { port1: here, port2: there } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  // Nothing that this process preloads is for the thread.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const file = new URL(`./read-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(file, { workerData: { there, done }, transferList: [there], execArgv: [], env });
  thread.unref();
  // What is the matter with it shows by its silence; without a listener it would end the application.
  thread.on('error', () => undefined);
  Atomics.wait(done, 0, 0, PATIENCE_MILLIS);
  const answer = receiveMessageOnPort(here)?.message as Answer | undefined;
  here.close();
  if (answer === undefined) throw new Error('the configuration file could not be read in time');
  if ('error' in answer) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
  return answer.read;
}
