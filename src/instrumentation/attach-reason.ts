/** Why there is no TracerProvider, as far as the environment tells, and what to do about it. */
export function whyNoProvider(env: Readonly<Record<string, string | undefined>>): string {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true')
    return 'OTEL_SDK_DISABLED=true switches the SDK off. Unset it, or set OTEL_RESILIENCE_DISABLED=true as well';
  const exporters = env.OTEL_TRACES_EXPORTER?.split(',').map((each) => each.trim()) ?? [];
  if (exporters.includes('none'))
    return (
      'with OTEL_TRACES_EXPORTER=none the SDK makes no spans. To count requests without exporting any, unset it and ' +
      'set OTEL_TRACES_SAMPLER=always_off'
    );
  return (
    'no OpenTelemetry SDK has registered a TracerProvider. Start one, such as ' +
    'node --import @opentelemetry/auto-instrumentations-node/register --import opentelemetry-resilience/register app.js'
  );
}
