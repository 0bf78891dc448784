import assert from 'node:assert/strict';
import { freePort } from './free-port.ts';
import type { Run } from './register/children.ts';
import { assertQuiet, auto, combinations, configured, file, importing, ours } from './register/combinations.ts';
import { orders, sold } from './register/day.ts';
import * as sdk from './sdk.ts';

combinations('register, where it cannot attach, says why and what to do, once', (combination) => {
  const cases: readonly (readonly [what: string, run: Run, told: RegExp])[] = [
    [
      'OTEL_TRACES_EXPORTER=none',
      { app: 'app.cjs', node: importing(ours, auto), env: { OTEL_TRACES_EXPORTER: 'none' } },
      /^no requests are counted, for with OTEL_TRACES_EXPORTER=none .* set OTEL_TRACES_SAMPLER=always_off\.$/,
    ],
    [
      'OTEL_SDK_DISABLED=true',
      { app: 'app.cjs', node: importing(ours, auto), env: { OTEL_SDK_DISABLED: 'true' } },
      /^no requests are counted, for OTEL_SDK_DISABLED=true switches the SDK off\. Unset it, or/,
    ],
    ['no SDK', { node: importing(ours) }, /^no requests are counted, for no OpenTelemetry SDK has registered/],
    [
      'an SDK of somebody else',
      { node: importing(ours), start: 'foreign' },
      /^no requests are counted, for its Foreign is not built as .* Give the parts to the SDK by hand instead/,
    ],
  ];
  for (const [what, options, told] of cases)
    combination(
      what,
      () => options,
      (outcome) => {
        assert.equal(outcome.code, 0);
        assert.equal(outcome.told.length, 1, outcome.stderr);
        assert.match(outcome.told[0] ?? '', told);
      },
    );

  combination(
    sdk.hasLogs ? 'an SDK registered through an older API' : 'nothing, where the SDK is registered through a newer API',
    () => ({ node: importing(ours), start: 'otherApi', env: configured }),
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.deepEqual(outcome.spans, ['POST /orders']);
      assert.equal(outcome.metrics[orders('success')], sdk.hasLogs ? undefined : 1);
      assert.equal(outcome.told.length, sdk.hasLogs ? 1 : 0, outcome.stderr);
      if (sdk.hasLogs) assert.match(outcome.told[0] ?? '', /through an older @opentelemetry\/api than the one/);
    },
  );
});

combinations('register never breaks the application', (combination) => {
  combination(
    'with a configuration full of mistakes: all are told at once, and nothing else is done',
    () => ({
      app: 'app.cjs',
      node: importing(ours, auto),
      env: { OTEL_RESILIENCE_CONFIG: file('mistakes.yaml') },
    }),
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
      assert.deepEqual(outcome.metrics, {});
      assert.equal(outcome.told.length, 1);
      const [, problems = ''] = outcome.stderr.split('it could not be configured:\n');
      for (const path of ['sla.objectives[0].target', 'sla.objectives[1].metric', 'guards'])
        assert(problems.includes(path), `${path} is not told: ${outcome.stderr}`);
    },
  );
  combination(
    'with a configuration that is not there',
    () => ({ app: 'app.cjs', node: importing(ours, auto), env: { OTEL_RESILIENCE_CONFIG: file('none.yaml') } }),
    (outcome) => {
      assert.equal(outcome.code, 0);
      assert.equal(outcome.told.length, 1);
      assert.match(outcome.stderr, /OTEL_RESILIENCE_CONFIG.*none\.yaml/s);
    },
  );
  combination(
    'nor loads anything with OTEL_RESILIENCE_DISABLED=true',
    () => ({
      app: 'app.cjs',
      node: importing(file('loaded-modules.mjs'), ours, auto),
      env: { OTEL_RESILIENCE_DISABLED: 'true', OTEL_RESILIENCE_CONFIG: file('none.yaml') },
    }),
    (outcome) => {
      assertQuiet(outcome);
      assert.match(outcome.stdout, /^loaded: register\.js$/m);
      assert.deepEqual(outcome.metrics, {});
      assert.deepEqual(outcome.spans.toSorted(), sold(3, 6));
    },
  );
  combination(
    'nor keeps it from ending by SIGTERM',
    () => ({
      app: 'waiting.cjs',
      node: importing(ours),
      env: configured,
      onOutput: (output, kill) => output.includes('waiting') && kill('SIGTERM'),
    }),
    ({ code, signal }) => assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' }),
  );
  combination(
    'nor speaks up in its worker threads, which leave its port to it',
    async () => ({
      app: 'worker.cjs',
      node: importing(ours),
      start: 'nodeSdk',
      env: { OTEL_RESILIENCE_CONFIG: file('page.yaml'), ENDPOINT_PORT: String(await freePort()) },
    }),
    assertQuiet,
  );
});
