import assert from 'node:assert/strict';
import { diag, metrics } from '@opentelemetry/api';
import { restore, stub } from 'sinon';
import { ConfigurationError, type ConfigurationProblem } from '../../src/errors.ts';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { resolveOptions, SLA_DEFAULTS, type SlaOptions } from '../../src/sla/options.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import { wallClock } from '../../src/time/clock.ts';

const WINDOW = /^5s to 366d \(milliseconds as a number, or a string such as '250ms'/;
const RULE = /^\{ service\?, operation\? \} with at least one of them, a name or pattern$/;

/** Per option, values that cannot stand there, and what the error says may. */
const REFUSED: readonly (readonly [option: string, values: readonly unknown[], allowed: RegExp])[] = [
  ['objectives', [5, 'availability', null, {}], /^an array of objectives$/],
  ['windows', [5, '5m', null, {}], /^an array of durations$/],
  ['minEvents', [0, -1, 1.5, NaN, Infinity, '10', null, 1n], /^a whole number of at least 1$/],
  ['maxSeries', [0, -1, 0.5, 100_001, NaN, Infinity, '1000', null], /^a whole number of 1 to 100000$/],
  ['clientErrors', ['error', 'good', '', 5, null, true], /^one of success, failure, ignored$/],
  ['ignore', [5, 'GET /', null, { operation: 'GET /' }], /^an array of \{ service\?, operation\? \}$/],
  [
    'maxDuration',
    [0, -1, '0s', '1', '1 h', '1y', NaN, Infinity, null, {}],
    /^over 0 \(milliseconds as a number, or a string/,
  ],
  ['classify', [5, 'failure', null, {}], /^a function$/],
  ['identify', [5, 'shop', null, {}], /^a function$/],
  ['clock', [5, null, new Date(), {}], /^a function$/],
  ['events', ['spans', '', true, false, null, ['span']], /^one of span, log, both, none$/],
  ['durationHistogram', ['instruments', '', true, null], /^one of producer, instrument, none$/],
  ['meterProvider', [5, null, {}, { getMeter: true }], /^a MeterProvider$/],
  [
    'objective',
    [[]],
    /^no such option; the options are objectives, windows, minEvents, maxSeries, clientErrors, ignore/,
  ],
  ['toString', [5], /^no such option/],
  ['__proto', [5], /^no such option/],
];

function problemsOf(options: unknown): readonly ConfigurationProblem[] {
  try {
    resolveOptions(options as SlaOptions);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems;
  }
  return [];
}

describe('what is wrong with the options', () => {
  for (const [option, values, allowed] of REFUSED) {
    it(`is told of ${option} with its value and range`, () => {
      for (const value of values) {
        const [problem, ...more] = problemsOf({ [option]: value });
        assert.deepEqual([problem?.path, more], [option, []], String(value));
        assert.ok(Object.is(problem?.value, value));
        assert.match(problem?.allowed ?? '', allowed);
      }
    });
  }

  it('is told of each window and each ignore rule by its place', () => {
    const windows = ['5m', '4s', '1w', null, undefined, '367d', 0];
    const ignore = [{ service: 'a' }, {}, 'GET /', { operation: 5 }, { path: '/' }, null, { service: 'a', path: 'b' }];
    const problems = problemsOf({ windows, ignore });
    assert.deepEqual(
      problems.map(({ path }) => path),
      [
        ...[1, 2, 3, 4, 5, 6].map((index) => `windows[${index}]`),
        ...[1, 2, 3, 4, 5, 6].map((index) => `ignore[${index}]`),
      ],
    );
    for (const { path, allowed } of problems) assert.match(allowed, path.startsWith('windows') ? WINDOW : RULE);
  });

  it('is everything at once', () => {
    const options = {
      minEvents: 0,
      maxSeries: 0,
      events: 'x',
      ignored: [],
      windows: ['1s'],
      objectives: [{}],
      clock: 5,
    };
    const paths = ['objectives[0].metric', 'windows[0]', 'minEvents', 'maxSeries', 'events', 'clock', 'ignored'];
    assert.deepEqual(
      problemsOf(options).map(({ path }) => path),
      paths,
    );
  });

  it('is what are no options at all', () => {
    for (const options of [null, 5, 'options']) {
      assert.deepEqual(problemsOf(options), [
        {
          path: 'options',
          value: options,
          allowed: 'a plain object (a tracker of another copy of the package is none)',
        },
      ]);
      assert.throws(() => new SlaTracker(options as unknown as SlaOptions), ConfigurationError);
      assert.throws(() => new SlaSpanProcessor(options as unknown as SlaOptions), ConfigurationError);
    }
  });

  it('holds a response time to the greatest duration that is given with it', () => {
    const objectives = [{ metric: 'response_time', target: '2h' }];
    assert.match(problemsOf({ objectives })[0]?.allowed ?? '', /^over 0 to 1h, the maxDuration/);
    assert.deepEqual(problemsOf({ objectives, maxDuration: '3h' }), []);
    assert.deepEqual(
      problemsOf({ objectives, maxDuration: 'long' }).map(({ path }) => path),
      ['maxDuration'],
    );
  });
});

describe('options', () => {
  it('have a default each', () => {
    const { clock, meterProvider, classify, identify, ...rest } = resolveOptions({});
    assert.deepEqual([clock, meterProvider, classify, identify], [wallClock, undefined, undefined, undefined]);
    assert.deepEqual(rest, {
      objectives: [],
      minEvents: 10,
      maxSeries: 1000,
      clientErrors: 'success',
      ignore: [],
      events: 'span',
      durationHistogram: 'producer',
      burnWindows: [
        { millis: 300_000, label: '5m' },
        { millis: 1_800_000, label: '30m' },
        { millis: 3_600_000, label: '1h' },
        { millis: 7_200_000, label: '2h' },
        { millis: 21_600_000, label: '6h' },
        { millis: 86_400_000, label: '1d' },
        { millis: 259_200_000, label: '3d' },
      ],
      maxDurationMillis: 3_600_000,
    });
    assert.deepEqual(SLA_DEFAULTS.windows, ['5m', '30m', '1h', '2h', '6h', '1d', '3d']);
  });

  it('are their defaults where they are undefined', () => {
    const absent = Object.fromEntries(
      Object.keys(resolveOptions({}))
        .filter((key) => key !== 'maxDurationMillis' && key !== 'burnWindows')
        .map((key) => [key, undefined]),
    );
    assert.deepEqual(
      resolveOptions({ ...absent, windows: undefined, maxDuration: undefined } as unknown as SlaOptions),
      resolveOptions({}),
    );
  });

  it('sort the windows, each once', () => {
    const { burnWindows } = resolveOptions({ windows: ['1h', '5m', '60m', 300_000] });
    assert.deepEqual(
      burnWindows.map(({ label }) => label),
      ['5m', '1h'],
    );
  });

  it('take what the API and the SDK give', () => {
    const options: SlaOptions = {
      meterProvider: metrics.getMeterProvider(),
      clock: Date.now,
      maxSeries: 100_000,
      windows: [],
    };
    assert.deepEqual(problemsOf(options), []);
  });
});

describe('a processor over an objective that can never alert', () => {
  afterEach(() => restore());

  it('warns through diag, naming the objective', () => {
    const warn = stub(diag, 'warn');
    const processor = new SlaSpanProcessor({
      objectives: [{ name: 'rough', metric: 'availability', target: 0.6, window: '90d' }],
    });
    const warning =
      "objective 'rough' (service '*', target 0.6, window 90d) can never be at risk before it is breached: its error budget is too large for every burn-rate pair; raise the target or shorten the window";
    assert.deepEqual(warn.args, [[`opentelemetry-resilience: ${warning}`]]);
    assert.deepEqual(processor.tracker.snapshot().warnings, [warning]);
  });

  it('says nothing about one that can', () => {
    const warn = stub(diag, 'warn');
    assert.ok(new SlaSpanProcessor({ objectives: [{ metric: 'availability', target: 0.999 }] }));
    assert.deepEqual(warn.args, []);
  });
});
