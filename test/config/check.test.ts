import assert from 'node:assert/strict';
import { checkConfig } from '../../src/config/check.ts';
import type { ResilienceConfig } from '../../src/config/config.ts';

const availability = { service: 'checkout', metric: 'availability', target: 0.999 } as const;

/** What is wrong, as `path: what is allowed`, shortened where it lists keys or forms. */
function problems(config: unknown, origin: 'file' | 'code' = 'file'): string[] {
  return checkConfig(config, origin).map(
    ({ path, allowed }) => `${path}: ${allowed.replace(/( \(milli|; the keys).*/, '')}`,
  );
}

describe('a configuration', () => {
  it('may have nothing', () => {
    assert.deepEqual(checkConfig({}, 'file'), []);
    assert.deepEqual(checkConfig({}, 'code'), []);
  });

  it('may have everything that a file can say', () => {
    const config: ResilienceConfig = {
      sla: {
        objectives: [
          availability,
          {
            service: 'checkout',
            operation: 'POST /orders',
            metric: 'response_time',
            target: '300ms',
            percentile: 0.95,
          },
          {
            metric: 'throughput',
            target: 20,
            slice: '10s',
            sliceRatio: 0.9,
            kind: ['server', 'consumer'],
            window: '7d',
          },
          { name: 'errors', metric: 'error_rate', target: 0.01, minEvents: 5, kind: 'client' },
        ],
        openslo: ['./slo/*.yaml'],
        clientErrors: 'ignored',
        state: { file: './sla-state.json', interval: '60s' },
        ignore: [{ operation: 'GET /health*' }, { service: 'probe', operation: '*' }],
        windows: ['5m', 3_600_000],
        minEvents: 20,
        maxSeries: 500,
        maxDuration: '2h',
        events: 'both',
        durationHistogram: 'instrument',
      },
      guards: [
        {
          match: { service: 'inventory' },
          bulkhead: { maxConcurrent: 20, maxQueue: 50, queueTimeout: '200ms' },
          timeout: 'adaptive',
        },
        {
          match: { service: 'postgresql/*', operation: 'SELECT', client: ['pg', 'redis'] },
          name: 'reads',
          timeout: 250,
        },
        { match: { client: 'http' }, timeout: { min: '10ms', max: '2s', initial: '1s', mode: 'observe' } },
        { match: { operation: 'GET *' }, bulkhead: {} },
      ],
      metrics: { prometheus: { port: 0, host: '127.0.0.1' } },
      failures: { enabled: false },
      status: { port: 9465 },
      watch: true,
    };
    assert.deepEqual(checkConfig({ $schema: './resilience.schema.json', ...config }, 'file'), []);
  });

  it('is refused where it is no object', () => {
    for (const wrong of [null, [], 'sla', 1, new Map()])
      assert.deepEqual(problems(wrong), [
        'configuration: an object with any of sla, guards, metrics, failures, status, watch',
      ]);
  });

  it('has all its problems named at once, each with path, value and what is allowed', () => {
    const found = checkConfig(
      {
        sla: { objectives: [availability, { ...availability, name: 'a', target: 99.9 }], maxSeries: 0 },
        guards: [{ match: { service: 'inventory' }, bulkhead: { maxConcurrent: '20' } }],
        metrics: { prometheus: { port: 65_536 } },
      },
      'file',
    );
    assert.deepEqual(
      found.map(({ path, value }) => [path, value]),
      [
        ['sla.objectives[1].target', 99.9],
        ['sla.maxSeries', 0],
        ['guards[0].bulkhead.maxConcurrent', '20'],
        ['metrics.prometheus.port', 65_536],
      ],
    );
    assert.equal(
      found[0]?.allowed,
      'a number over 0 and under 1 (an error budget of nothing, or of everything, has no burn rate)',
    );
  });

  it('has what is missing named by what should stand there', () => {
    assert.deepEqual(
      problems({
        sla: { objectives: [{ metric: 'response_time' }, {}], state: {} },
        guards: [{ timeout: 1 }],
        status: {},
      }),
      [
        'sla.objectives[0].target: a duration over 0',
        'sla.objectives[1].metric: one of availability, error_rate, response_time, throughput',
        'sla.state.file: the path of a file',
        'guards[0].match: an object with at least one of service, operation, client',
        'status.port: a whole number of 0 to 65535',
      ],
    );
  });

  it('has every unknown key named, with the known ones and what was probably meant', () => {
    const [typo, stranger] = checkConfig({ guard: [], retries: 3 }, 'file');
    const known = 'the keys here are $schema, sla, guards, metrics, failures, status, watch';
    assert.deepEqual(typo, { path: 'guard', value: [], allowed: `no such key (did you mean guards?); ${known}` });
    assert.deepEqual(stranger, { path: 'retries', value: 3, allowed: `no such key; ${known}` });
  });

  for (const [wrong, meant] of [
    ['maxConcurent', 'maxConcurrent'],
    ['maxconcurrent', 'maxConcurrent'],
    ['maxQueu', 'maxQueue'],
    ['maxQuueue', 'maxQueue'],
    ['queueTimeuot', 'queueTimeout'],
  ] as const)
    it(`is asked whether ${wrong} was meant to be ${meant}`, () => {
      const guards = [{ match: { service: 'a' }, bulkhead: { [wrong]: 1 } }];
      assert.match(checkConfig({ guards }, 'file')[0]?.allowed ?? '', new RegExp(`did you mean ${meant}\\?`));
    });

  it('is refused with keys that every object inherits', () => {
    const config: unknown = JSON.parse('{ "__proto__": {}, "constructor": 1, "sla": { "toString": 1 } }');
    assert.deepEqual(problems(config), [
      'sla.toString: no such key',
      '__proto__: no such key',
      'constructor: no such key',
    ]);
  });

  it('says to which metric a misplaced field belongs', () => {
    assert.deepEqual(problems({ sla: { objectives: [{ ...availability, percentile: 0.5 }] } }), [
      'sla.objectives[0].percentile: nothing: it belongs to response_time',
    ]);
  });
});

describe('rules across fields', () => {
  it('are those of the objectives', () => {
    assert.deepEqual(
      problems({
        sla: {
          objectives: [
            { name: 'orders', metric: 'availability', target: 0.99 },
            { name: 'orders', metric: 'error_rate', target: 0.01 },
            { metric: 'throughput', target: 1, window: '1h', slice: '2h' },
            { name: "it's ('odd')", metric: 'response_time', target: '2m' },
          ],
          maxDuration: '1m',
        },
      }),
      [
        'sla.objectives[2].slice: 1s to the window',
        'sla.objectives[3].target: over 0 to 1m, the maxDuration',
        'sla.objectives[1].name: a name that objectives[0] does not have already',
      ],
    );
  });

  it('are those of the timeouts', () => {
    const rule = (timeout: object): object => ({ match: { service: 'a' }, timeout });
    assert.deepEqual(
      problems({ guards: [rule({ min: '2s', max: '1s' }), rule({ initial: '1ms' }), rule({ max: '1s' })] }),
      ['guards[0].timeout.max: over 0 and at least min', 'guards[1].timeout.initial: over 0 and min to max'],
    );
  });

  it('are those of a guard: something to match, something to do', () => {
    assert.deepEqual(
      problems({
        guards: [
          { match: {}, timeout: 'adaptive' },
          { match: { service: 'a' } },
          { match: { service: 'a' }, name: 'b' },
        ],
      }),
      [
        'guards[0].match: an object with at least one of service, operation, client',
        'guards[1]: an object with a match, and a bulkhead, a timeout or both',
        'guards[2]: an object with a match, and a bulkhead, a timeout or both',
      ],
    );
  });

  it('are told beside what else is wrong, and no place is named twice', () => {
    const objectives = [
      { name: 'a', metric: 'throughput', target: -1, window: '1h', slice: '2h', kind: ['server', 'sever'], '.': 1 },
      { metric: 'uptime', target: 'a', widow: 1 },
    ];
    assert.deepEqual(problems({ sla: { objectives, windows: ['1ms'], ignore: [{ service: 1 }] } }), [
      'sla.objectives[0].target: requests a second, a number over 0',
      'sla.objectives[0].kind[1]: one or more of internal, server, client, producer, consumer',
      'sla.objectives[0]..: no such key',
      'sla.objectives[1].metric: one of availability, error_rate, response_time, throughput',
      'sla.ignore[0].service: { service?, operation? } with at least one of them, a name or pattern',
      'sla.windows[0]: a duration of 5s to 366d',
      'sla.objectives[0].slice: 1s to the window',
      'sla.objectives[1].widow: no such field for any metric; its fields are name, service, operation, kind, window, minEvents, metric, target, slice, sliceRatio, percentile',
    ]);
  });
});

describe('functions', () => {
  const functions = {
    sla: {
      classify: () => 'success',
      identify: () => undefined,
      clock: Date.now,
      meterProvider: { getMeter: () => undefined },
    },
    guards: [{ match: { service: 'a' }, bulkhead: { isFailure: () => true } }],
  };

  it('may stand in code', () => {
    assert.deepEqual(checkConfig(functions, 'code'), []);
    assert.deepEqual(checkConfig(functions), []);
  });

  it('have no place in a file, which says so', () => {
    assert.deepEqual(
      problems(functions, 'file'),
      ['sla.classify', 'sla.identify', 'sla.clock', 'sla.meterProvider', 'guards[0].bulkhead.isFailure'].map(
        (path) => `${path}: nothing: only code can give it, not a file`,
      ),
    );
  });

  it('must be functions', () => {
    const wrong = { classify: 'success', identify: {}, clock: 0, meterProvider: {} };
    assert.deepEqual(problems({ sla: wrong }, 'code'), [
      'sla.classify: a function',
      'sla.identify: a function',
      'sla.clock: a function',
      'sla.meterProvider: a MeterProvider',
    ]);
  });
});

describe('a configuration in code', () => {
  it('names no files of objectives, and has no schema', () => {
    assert.deepEqual(problems({ sla: { openslo: ['a.yaml'] }, $schema: 'a' }, 'code'), [
      'sla.openslo: nothing: it stands in files only, and `loadConfig` reads what it names',
      '$schema: no such key',
    ]);
  });

  it('may leave things undefined', () => {
    const config = {
      sla: undefined,
      guards: [{ match: { service: 'a', client: undefined }, name: undefined, timeout: 1 }],
    };
    assert.deepEqual(checkConfig(config), []);
  });
});
