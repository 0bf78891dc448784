import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { resolveOptions as resolveBulkhead } from '../../src/bulkhead/options.ts';
import { ConfigurationError, type ConfigurationProblem } from '../../src/errors.ts';
import { bulkheadSchema, timeoutSchema } from '../../src/config/schema/guard-schema.ts';
import { objectiveSchema } from '../../src/config/schema/objective-schema.ts';
import { slaSchema } from '../../src/config/schema/sla-schema.ts';
import { objectiveProblems } from '../../src/sla/objective-problems.ts';
import { resolveOptions as resolveSla } from '../../src/sla/options.ts';
import { parseDuration } from '../../src/time/duration.ts';
import { resolveOptions as resolveTimeout } from '../../src/timeout/options.ts';

/** Values around every edge that some option has, right and wrong. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 0.5, 0.00001, 0.000009, 0.999, 2, 1000, 1001, 100_000, 100_001, 1_000_000, 1_000_001),
  fc.constantFrom<unknown>(-1, 1.5, NaN, Infinity, -Infinity, 4_999, 5_000, 31_622_400_000, 31_622_400_001),
  fc.constantFrom<unknown>('0s', '0.5ms', '4.9s', '5s', '1m', '1h', '366d', '367d', '5x', '5 s', '-5s', '1e3s', ' 5s'),
  fc.constantFrom<unknown>(
    '',
    'a',
    '*',
    'a'.repeat(200),
    'a'.repeat(201),
    'server',
    'enforce',
    'observe',
    'span',
    'none',
  ),
  fc.constantFrom<unknown>('success', 'ignored', 'producer', true, false, null, undefined),
);
const anything = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>({}, { every: 5 }, () => 1) },
);

/** Objects with some of the keys, and now and then with one that nobody knows. */
function objectOf(keys: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const known = fc.record(Object.fromEntries(keys.map((key) => [key, anything])), { requiredKeys: [] });
  const unknown = fc.option(fc.constantFrom('wrong', 'toString'), { freq: 9, nil: undefined });
  return fc.tuple(known, unknown).map(([some, key]) => (key === undefined ? some : { ...some, [key]: 1 }));
}

function thrown(resolve: () => unknown): readonly ConfigurationProblem[] {
  try {
    resolve();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems;
  }
}

/** The fields that a schema refuses. */
function refusedBy(schema: v.GenericSchema, value: unknown): string[] {
  const { issues = [] } = v.safeParse(schema, value);
  return distinct(issues.map(({ path }) => String(path?.[0]?.key)));
}

/** The fields in some problems of a concept, but for those that are wrong only beside others. */
function fieldsOf(problems: readonly ConfigurationProblem[], isAcross: (field: string) => boolean): string[] {
  const fields = problems.map(({ path }) => /^(?:objectives\[0\](?: \('.*'\))?\.)?(\w+)/.exec(path)?.[1] ?? path);
  return distinct(fields.filter((field) => !isAcross(field)));
}

function distinct(fields: readonly string[]): string[] {
  return [...new Set(fields)].toSorted();
}

/** Whether a field of an objective is wrong only beside others: a slice longer than the window, a whole without slices. */
function isWrongBesideOthers({ metric, slice, ...objective }: Record<string, unknown>, field: string): boolean {
  if (field === 'slice') return (parseDuration(slice) ?? 0) >= 1_000;
  if (metric === 'throughput' || slice !== undefined) return false;
  const value = objective[field];
  if (field === 'sliceRatio') return typeof value === 'number' && value > 0 && value < 1;
  if (field === 'target') return value === (metric === 'error_rate' ? 0 : 1);
  return field === 'percentile' && metric === 'response_time' && value === 1;
}

const isDuration = (value: unknown): boolean => (parseDuration(value) ?? 0) > 0;

describe('the schema and what checks the options themselves', () => {
  const FIELDS = ['name', 'service', 'operation', 'kind', 'minEvents', 'target', 'percentile', 'slice', 'sliceRatio'];

  it('refuse the same fields of an objective', () => {
    const metrics = fc.constantFrom('availability', 'error_rate', 'response_time', 'throughput');
    const windows = fc.option(fc.oneof(scalar), { nil: undefined });
    fc.assert(
      fc.property(objectOf(FIELDS), metrics, windows, (fields, metric, window) => {
        const objective: Record<string, unknown> = { ...fields, metric, ...(window !== undefined && { window }) };
        const found = objectiveProblems([objective], 'objectives', Infinity);
        assert.deepEqual(
          refusedBy(objectiveSchema, objective),
          fieldsOf(found, (field) => isWrongBesideOthers(objective, field)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuse the same options of the objectives altogether', () => {
    const OPTIONS = ['windows', 'minEvents', 'maxSeries', 'clientErrors', 'maxDuration', 'events', 'durationHistogram'];
    const FUNCTIONS = ['classify', 'identify', 'clock', 'meterProvider'];
    fc.assert(
      fc.property(objectOf([...OPTIONS, ...FUNCTIONS]), (options) => {
        const found = thrown(() => resolveSla(options));
        assert.deepEqual(
          refusedBy(slaSchema('code'), options),
          fieldsOf(found, () => false),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuse the same rules of what is ignored', () => {
    const rule = fc.oneof(objectOf(['service', 'operation']), anything);
    // One that is undefined is refused by the concept only, which counts it as given.
    const isDefined = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || Object.values(value).every((each) => each !== undefined);
    fc.assert(
      fc.property(rule.filter(isDefined), (each) => {
        const options = { ignore: [each] as object[] };
        assert.deepEqual(
          refusedBy(slaSchema('code'), options),
          fieldsOf(
            thrown(() => resolveSla(options)),
            () => false,
          ),
        );
      }),
    );
  });

  it('refuse the same options of a bulkhead', () => {
    const OPTIONS = ['maxConcurrent', 'maxQueue', 'queueTimeout', 'failureThreshold', 'isolationThreshold'];
    fc.assert(
      fc.property(objectOf([...OPTIONS, 'failureWindow', 'recoveryTime', 'degradedRatio', 'isFailure']), (options) => {
        const found = thrown(() => resolveBulkhead({ ...options, name: 'a' }));
        assert.deepEqual(
          refusedBy(bulkheadSchema('code'), options),
          fieldsOf(found, () => false),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuse the same options of a timeout', () => {
    const OPTIONS = ['falseTimeoutRate', 'min', 'max', 'initial', 'mode', 'watch', 'maxOperations'];
    fc.assert(
      fc.property(objectOf(OPTIONS), (options) => {
        const found = thrown(() => resolveTimeout(options));
        const isAcross = (field: string): boolean =>
          (field === 'max' || field === 'initial') && (options[field] === undefined || isDuration(options[field]));
        assert.deepEqual(refusedBy(timeoutSchema, options), fieldsOf(found, isAcross));
      }),
      { numRuns: 2_000 },
    );
  });
});
