import assert from 'node:assert/strict';
import { whyNoProvider } from '../../src/instrumentation/attach-reason.ts';

describe('why there is no TracerProvider', () => {
  for (const [env, reason] of [
    [
      { OTEL_SDK_DISABLED: 'TRUE ' },
      /^OTEL_SDK_DISABLED=true switches the SDK off\. Unset it, or set OTEL_RESILIENCE_/,
    ],
    [{ OTEL_TRACES_EXPORTER: 'none' }, /^with OTEL_TRACES_EXPORTER=none .*set OTEL_TRACES_SAMPLER=always_off/],
    [{ OTEL_TRACES_EXPORTER: 'otlp, none' }, /^with OTEL_TRACES_EXPORTER=none/],
    [
      { OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'otlp' },
      /^no OpenTelemetry SDK has registered .* Start one, such/,
    ],
    [{}, /^no OpenTelemetry SDK has registered/],
  ] as const) {
    it(`says what to do with ${JSON.stringify(env)}`, () => {
      assert.match(whyNoProvider(env), reason);
    });
  }
});
