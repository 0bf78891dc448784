import { SpanKind } from '@opentelemetry/api';
import type { SlaOptions } from '../sla/options.ts';
import type { ReadableSpan } from '../sla/span.ts';
import type { Environment } from './start.ts';

const DEFAULT_PORT = 9464;

/**
 * Leaves out the requests that Prometheus makes of the SDK's own endpoint: with `OTEL_METRICS_EXPORTER=prometheus` the
 * instrumentation of node:http makes server spans of them, as of any other.
 */
export function withoutScrapes(env: Environment): Pick<SlaOptions, 'classify'> {
  const exporters = env.OTEL_METRICS_EXPORTER?.split(',').map((each) => each.trim()) ?? [];
  if (!exporters.includes('prometheus')) return {};
  const port = Number(env.OTEL_EXPORTER_PROMETHEUS_PORT?.trim() || DEFAULT_PORT);
  const isScrape = ({ kind, attributes }: ReadableSpan): boolean =>
    kind === SpanKind.SERVER &&
    (attributes['server.port'] ?? attributes['net.host.port']) === port &&
    (attributes['url.path'] ?? attributes['http.target']) === '/metrics';
  return { classify: (span) => (isScrape(span) ? 'ignored' : undefined) };
}
