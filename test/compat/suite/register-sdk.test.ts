/**
 * `--import opentelemetry-resilience/register` beside every way of starting an SDK, each a process of its own. The
 * application knows nothing of the package; its exporter sends to a receiver of this test.
 */
import assert from 'node:assert/strict';
import { assertQuiet, auto, combinations, configured, file, importing, ours } from './register/combinations.ts';
import { only } from './readings.ts';
import { orders, sold, soldAt, soldByHand, soldOverHttp } from './register/day.ts';

/** Without it nothing instruments what ECMAScript modules import, package or not. */
const hook = '--experimental-loader=@opentelemetry/instrumentation/hook.mjs';

combinations('register beside auto-instrumentations', (combination) => {
  for (const [order, modules] of [
    ['before', [ours, auto]],
    ['after', [auto, ours]],
  ] as const) {
    for (const [kind, app, node] of [
      ['an ECMAScript', 'app.mjs', [hook, ...importing(...modules)]],
      ['a CommonJS', 'app.cjs', importing(...modules)],
    ] as const)
      combination(
        `${order} it, in ${kind} application: every request is counted, and the exporter stays`,
        () => ({ app, node, env: configured }),
        (outcome) => {
          assertQuiet(outcome);
          assert.deepEqual(soldAt(outcome.metrics), soldOverHttp);
          assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
        },
      );
    combination(
      `${order} it, with guards around its calls: these have metrics too`,
      () => ({ app: 'app.cjs', node: importing(...modules), env: { OTEL_RESILIENCE_CONFIG: file('guarded.yaml') } }),
      (outcome) => {
        assertQuiet(outcome);
        assert.deepEqual(soldAt(outcome.metrics), soldOverHttp);
        const calls = Object.entries(only(outcome.metrics, 'resilience_bulkhead_calls')).filter(
          ([, count]) => count > 0,
        );
        // The call that was answered with 500 failed.
        assert.deepEqual(Object.fromEntries(calls), {
          'resilience_bulkhead_calls{resilience_bulkhead_name="itself",resilience_outcome="success"}': 2,
          'resilience_bulkhead_calls{resilience_bulkhead_name="itself",resilience_outcome="failure"}': 1,
        });
        assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
      },
    );
    combination(
      `${order} it, by --require: the same`,
      () => ({ app: 'app.cjs', node: modules.flatMap((module) => ['--require', module]), env: configured }),
      (outcome) => {
        assertQuiet(outcome);
        assert.deepEqual(soldAt(outcome.metrics), soldOverHttp);
        assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
      },
    );
    for (const [sampler, mostExported] of [
      ['always_off', 0],
      ['parentbased_traceidratio', 8],
    ] as const)
      combination(
        `${order} it, with OTEL_TRACES_SAMPLER=${sampler}: every request is counted, and no more exported`,
        () => ({
          app: 'app.cjs',
          node: importing(...modules),
          env: { ...configured, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0.01' },
        }),
        (outcome) => {
          assertQuiet(outcome);
          assert.deepEqual(soldAt(outcome.metrics), soldOverHttp);
          assert(outcome.spans.length <= mostExported, `${outcome.spans.length} are exported`);
        },
      );
  }
});

combinations('register beside an SDK that the application starts', (combination) => {
  for (const [what, start] of [
    ['a NodeSDK of the environment', 'nodeSdk'],
    ['a NodeSDK that is started later', 'later'],
    ['a NodeSDK with processors and readers by hand', 'nodeSdkByHand'],
    ['bare providers', 'bare'],
  ] as const)
    for (const [kind, app] of [
      ['ECMAScript', 'app.mjs'],
      ['CommonJS', 'app.cjs'],
    ] as const)
      combination(
        `${what}, ${kind}: the first span is counted already, and the exporter stays`,
        () => ({ app, start, node: importing(ours), env: configured }),
        (outcome) => {
          assertQuiet(outcome);
          assert.deepEqual(soldAt(outcome.metrics), soldByHand);
          assert.deepEqual(outcome.spans, sold(3, 0));
        },
      );
  combination(
    'with OTEL_CONFIG_FILE, whose sampler drops everything: every request is counted, and none exported',
    () => ({
      start: 'configFile',
      node: importing(ours),
      env: { ...configured, OTEL_CONFIG_FILE: file('otel.yaml') },
    }),
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(soldAt(outcome.metrics), soldByHand);
      assert.deepEqual(outcome.spans, []);
    },
  );
  combination(
    'without a configuration file: requests are counted, and nothing is promised',
    () => ({ start: 'nodeSdk', node: importing(ours) }),
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(soldAt(outcome.metrics), { [orders('success')]: 2, [orders('failure')]: 1 });
    },
  );
  combination(
    'with a resilience.yaml in the folder that it runs in',
    () => ({ start: 'nodeSdk', node: importing(ours), cwd: file('default') }),
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(soldAt(outcome.metrics), soldByHand);
    },
  );
  combination(
    'where the package is given to the NodeSDK as an instrumentation instead: the exporter of the environment stays',
    () => ({ start: 'instrumentation', env: { OTEL_TRACES_SAMPLER: 'always_on' } }),
    (outcome) => {
      assertQuiet(outcome);
      assert.deepEqual(soldAt(outcome.metrics), soldByHand);
      assert.deepEqual(outcome.spans, sold(3, 0));
    },
  );
  combination(
    'where both are done: requests are counted once, and it is said',
    () => ({ start: 'instrumentation', node: importing(ours), env: configured }),
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.deepEqual(soldAt(outcome.metrics), soldByHand);
      assert.equal(outcome.told.length, 1);
      assert.match(outcome.told[0] ?? '', /its TracerProvider has an SlaSpanProcessor already/);
    },
  );
});
