import { writeTimeoutEvent } from '../telemetry/guard-events.ts';
import { AdaptiveTimeout as PlainTimeout, observeTimeout } from '../timeout/adaptive-timeout.ts';
import type { TimeoutOptions } from '../timeout/options.ts';

/**
 * Timeouts that learn, for each operation, how long its calls take. What happens to a call stands as an event on the span
 * that is active where the call is made.
 */
export class AdaptiveTimeout extends PlainTimeout {
  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: TimeoutOptions = {}) {
    super(options);
    observeTimeout(this, writeTimeoutEvent);
  }
}
