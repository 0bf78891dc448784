/**
 * Everything without a line of code: `node --import opentelemetry-resilience/register app.js`, before or after what starts
 * the OpenTelemetry SDK. Reads `resilience.yaml` (or what OTEL_RESILIENCE_CONFIG names), keeps the objectives, guards the
 * clients and adds itself to the SDK. The only module with side effects; with OTEL_RESILIENCE_DISABLED=true it has none.
 */
import process from 'node:process';

if (process.env.OTEL_RESILIENCE_DISABLED?.trim().toLowerCase() !== 'true') {
  const { register } = await import('./register/register.ts');
  await register(process.env);
}
