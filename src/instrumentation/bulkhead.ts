import { Bulkhead as PlainBulkhead, observeBulkhead } from '../bulkhead/bulkhead.ts';
import type { BulkheadOptions } from '../bulkhead/options.ts';
import { BulkheadRegistry as PlainRegistry } from '../bulkhead/registry.ts';
import { writeBulkheadEvent } from '../telemetry/guard-events.ts';

/**
 * A compartment around the calls to one dependency: so many run at once, so many wait, the rest are rejected; when too many
 * fail it lets in fewer, then none, and comes back step by step. What it does to a call stands as an event on the span that
 * is active where the call is made.
 */
export class Bulkhead extends PlainBulkhead {
  /** @throws ConfigurationError listing everything that is wrong with the options. */
  constructor(options: BulkheadOptions) {
    super(options);
    observeBulkhead(this, writeBulkheadEvent);
  }
}

/** Bulkheads by name, which write events on the active span. Idle ones leave, so ask for them at each call. */
export class BulkheadRegistry extends PlainRegistry {
  protected override make(options: BulkheadOptions): Bulkhead {
    return new Bulkhead(options);
  }
}
