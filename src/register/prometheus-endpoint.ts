import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type MeterProvider, metrics } from '@opentelemetry/api';
import type { MetricsConfig } from '../config/config.ts';
import { apiSlot } from '../instrumentation/api-slot.ts';
import { tell, whisper } from '../instrumentation/tell.ts';
import { quietServer } from '../status/quiet-server.ts';
import type { MetricProducer } from '../telemetry/metric-producer.ts';

/** What is used of `@opentelemetry/exporter-prometheus` and of the `@opentelemetry/sdk-metrics` that it brings. */
export interface PrometheusPackages {
  readonly PrometheusExporter: new (options: { preventServerStart: boolean; metricProducers: MetricProducer[] }) => {
    getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void;
  };
  readonly MeterProvider: new (options: { readers: object[]; resource?: unknown }) => MeterProvider;
}

const EXPORTER = '@opentelemetry/exporter-prometheus';
const DEFAULT_PORT = 9464;

/** The packages, from where the application has them; `undefined`, and told, where it has none. Loads them. */
export function prometheusPackages(folders: readonly string[]): PrometheusPackages | undefined {
  const places = [...folders.map((folder) => join(folder, 'app.js')), import.meta.url];
  for (const place of places) {
    try {
      const require = createRequire(place);
      const exporter = require(EXPORTER) as Pick<PrometheusPackages, 'PrometheusExporter'>;
      const sdk = createRequire(require.resolve(EXPORTER))('@opentelemetry/sdk-metrics') as Pick<
        PrometheusPackages,
        'MeterProvider'
      >;
      return { PrometheusExporter: exporter.PrometheusExporter, MeterProvider: sdk.MeterProvider };
    } catch (error) {
      whisper(`no ${EXPORTER} at ${place}: ${String(error)}`);
    }
  }
  tell(`metrics.prometheus needs a package: npm install ${EXPORTER}. No endpoint is opened.`);
  return undefined;
}

/**
 * Opens a Prometheus endpoint, and registers its MeterProvider, so that other metrics of the application appear there
 * too. Does nothing where a MeterProvider is registered already. Keeps no process alive. Trouble is told, never thrown.
 */
export function openPrometheusEndpoint(
  { PrometheusExporter, MeterProvider }: PrometheusPackages,
  { host = 'localhost', port = DEFAULT_PORT }: NonNullable<MetricsConfig['prometheus']>,
  producer: () => MetricProducer,
  resource: unknown,
): Disposable | undefined {
  try {
    if (apiSlot()?.metrics !== undefined) {
      whisper('metrics leave through the MeterProvider of the application: no endpoint is opened');
      return undefined;
    }
    const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [producer()] });
    const provider = new MeterProvider({ readers: [exporter], ...(resource === undefined ? {} : { resource }) });
    if (!metrics.setGlobalMeterProvider(provider))
      tell(`only our own metrics are at the Prometheus endpoint: the application loads another version of the API.`);
    return listen((request, response) => exporter.getMetricsRequestHandler(request, response), host, port);
  } catch (error) {
    tell(`the Prometheus endpoint could not be made. ${String(error)}`);
    return undefined;
  }
}

function listen(respond: RequestListener, host: string, port: number): Disposable {
  const server = quietServer({}, (request, response) => {
    if (new URL(request.url ?? '/', 'http://localhost').pathname === '/metrics') respond(request, response);
    else response.writeHead(404).end();
  });
  server.on('error', (error: NodeJS.ErrnoException) =>
    tell(
      `no Prometheus endpoint at ${host}:${port}, for ` +
        (error.code === 'EADDRINUSE'
          ? 'the port is in use. Give this process another: metrics.prometheus.port.'
          : String(error)),
    ),
  );
  server.listen({ host, port, exclusive: true });
  return { [Symbol.dispose]: () => void server.close() };
}
