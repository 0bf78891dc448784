import type { ReadConfig } from '../config/load.ts';
import { tell } from '../instrumentation/tell.ts';
import type { Resilience } from '../resilience.ts';
import { type Environment, start, withoutCode } from './start.ts';

/** Says in the process that this package has been registered there, whichever copy of it has been. */
const REGISTERED = Symbol.for('opentelemetry-resilience.registered');

/**
 * Starts with the configuration that `read` finds, once in a process, or with defaults where it finds none. Never throws
 * and never rejects: what goes wrong is told, and the application runs on without us.
 */
export async function register(env: Environment): Promise<void> {
  if (!isFirst()) return;
  try {
    const { findConfig } = await import('../config/find.ts');
    const isConfigured = findConfig(undefined, { env }) !== undefined;
    const { readConfig } = isConfigured ? await import('../config/load.ts') : { readConfig: undefined };
    begin(await readConfig?.(undefined, { env }), env);
  } catch (error) {
    giveUp(error);
  }
}

/** For a process, once. */
export function isFirst(): boolean {
  if (REGISTERED in globalThis) return false;
  Object.defineProperty(globalThis, REGISTERED, { value: true });
  return true;
}

/** Starts with what has been read, and follows the file where it asks for that. */
export function begin(read: ReadConfig | undefined, env: Environment): void {
  for (const warning of read?.warnings ?? []) tell(warning);
  const resilience = start(read?.config ?? {}, env);
  if (read?.config.watch === true) follow(read, resilience, env).catch(giveUp);
}

async function follow(read: ReadConfig, resilience: Resilience, env: Environment): Promise<void> {
  const { watchConfig } = await import('../config/watch.ts');
  watchConfig(read, ({ config }) => resilience.apply(withoutCode(config, env)), { env, onTrouble: tell });
}

export function giveUp(error: unknown): void {
  const { code, message } = error as { code?: unknown; message?: string };
  const problems = code === 'INVALID_CONFIGURATION' ? `\n${message}` : ` ${String(error)}`;
  tell(`switched off, and the application runs on without it, for it could not be configured:${problems}`);
}
