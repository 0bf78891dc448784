import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { apiSlot, emptySlot } from '../instrumentation/api-slot.ts';
import { tell } from '../instrumentation/tell.ts';
import type { Environment } from './start.ts';

/** Runs `work`, and tells what it warns of through OpenTelemetry's logger, where there is none yet. */
export function heard<T>(work: () => T): T {
  if (apiSlot()?.diag !== undefined) return work();
  const warnings: string[] = [];
  const note = (...words: unknown[]): void => void warnings.push(words.map(String).join(' '));
  const silent = (): void => undefined;
  const wasEmpty = apiSlot() === undefined;
  diag.setLogger({ error: note, warn: note, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
  try {
    return work();
  } finally {
    diag.disable();
    // Or our copy of the API would be the first, and shut out those of other versions.
    if (wasEmpty) emptySlot();
    for (const warning of warnings) tell(warning.replace(/^opentelemetry-resilience: /, ''));
  }
}

/** Gives OpenTelemetry a logger where OTEL_LOG_LEVEL asks for one and the SDK, such as a bare provider, has set none. */
export function setLogger({ OTEL_LOG_LEVEL: level }: Environment): void {
  if (level === undefined || apiSlot() === undefined || apiSlot()?.diag !== undefined) return;
  const logLevel = DiagLogLevel[level.trim().toUpperCase() as keyof typeof DiagLogLevel];
  if (logLevel !== undefined) diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
}
