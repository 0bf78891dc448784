import type { Sampler, SamplingResult } from './span.ts';

const DROP = 0;
const RECORD_ONLY = 1;

/**
 * A sampler under which every span is recorded, so that span processors see all of them, while only those that `inner`
 * samples are exported. Must be the outermost sampler: inside a ParentBasedSampler it is asked only about roots.
 *
 * @throws TypeError when `inner` is no sampler.
 */
export function recordAll(inner: Sampler): Sampler {
  if (typeof inner?.shouldSample !== 'function')
    throw new TypeError(`recordAll: expected a Sampler, got ${inner === null ? 'null' : typeof inner}`);
  return {
    shouldSample(...span): SamplingResult {
      const result = inner.shouldSample(...span);
      return result.decision === DROP ? { ...result, decision: RECORD_ONLY } : result;
    },
    toString: () => `RecordAll{${String(inner)}}`,
  };
}
