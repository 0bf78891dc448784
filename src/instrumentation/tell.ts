import { diag } from '@opentelemetry/api';
import { apiSlot } from './api-slot.ts';

/**
 * Says what somebody has to know of: through OpenTelemetry's logger, or on stderr where nobody has set one, unless
 * OTEL_LOG_LEVEL wants no warnings. It never sets a logger itself: the copy of the API that registers something first
 * shuts out those of other versions, the application's perhaps. Never throws.
 */
export function tell(sentence: string): void {
  const text = `opentelemetry-resilience: ${sentence}`;
  try {
    const logger = apiSlot()?.diag;
    if (logger !== undefined) logger.warn(text);
    else if (!/^(none|error)$/i.test(process.env.OTEL_LOG_LEVEL?.trim() ?? '')) process.stderr.write(`${text}\n`);
  } catch {
    // A logger that throws must not reach the application.
  }
}

/** What is of interest only to somebody who looks for trouble. Never throws. */
export function whisper(sentence: string): void {
  try {
    diag.debug(`opentelemetry-resilience: ${sentence}`);
  } catch {
    // A logger that throws must not reach the application.
  }
}
