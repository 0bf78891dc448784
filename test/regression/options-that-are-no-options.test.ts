import assert from 'node:assert/strict';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { SlaOptions } from '../../src/sla/options.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';

/** As a second copy of the package would have it: a tracker, but not ours; what it holds is private. */
class AnotherTracker {
  readonly #objectives = 1;
  report(): number {
    return this.#objectives;
  }
}

describe('what is no options object', () => {
  for (const [what, value] of Object.entries({
    'an empty list': [],
    'a tracker of another copy': new AnotherTracker(),
  }))
    it(`is refused, not taken for options without objectives: ${what}`, () => {
      for (const make of [SlaTracker, SlaSpanProcessor])
        assert.throws(() => new make(value as SlaOptions), /^ConfigurationError: options: expected a plain object/);
    });

  it('is not an object without a prototype, nor one of another realm', () => {
    assert.ok(new SlaTracker(Object.create(null) as SlaOptions));
    assert.ok(new SlaTracker(structuredClone({ maxSeries: 5 })));
  });
});
