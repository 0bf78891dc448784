import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OtlpAttributes, type OtlpValue, type Values, valueOf, valuesOf } from './otlp-values.ts';
import { type OtlpMetrics, type Readings, readingsOfOtlp } from './readings.ts';

interface OtlpSpan {
  traceId: string;
  name: string;
  kind: number;
  attributes: OtlpAttributes;
  events: { name: string; attributes: OtlpAttributes }[];
}

export interface ReceivedSpan {
  traceId: string;
  name: string;
  service: unknown;
  attributes: Values;
  events: { name: string; attributes: Values }[];
}

export interface ReceivedLog {
  eventName: string;
  severityNumber: number;
  severityText: string;
  body: unknown;
  attributes: Values;
}

type OtlpLog = Omit<ReceivedLog, 'body' | 'attributes'> & { body: OtlpValue; attributes: OtlpAttributes };
type Of<Group extends string, Each> = { resource: { attributes: OtlpAttributes } } & Record<Group, Each[]>;

/** The user's backend: takes OTLP as JSON over HTTP on a free port of this machine, and keeps it. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  /** One for each export of metrics. */
  readonly metrics: Readings[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        this.#take(request.url ?? '', Buffer.concat(chunks).toString());
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpReceiver(server);
  }

  /** Where a signal goes: 'traces', 'metrics' or 'logs'. */
  url(signal: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/${signal}`;
  }

  /** What the latest export of metrics said. */
  get latest(): Readings {
    return this.metrics.at(-1) ?? {};
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #take(url: string, body: string): void {
    if (url === '/v1/metrics') this.metrics.push(readingsOfOtlp(JSON.parse(body) as OtlpMetrics));
    if (url === '/v1/traces')
      this.#takeSpans(JSON.parse(body) as { resourceSpans: Of<'scopeSpans', { spans: OtlpSpan[] }>[] });
    if (url === '/v1/logs')
      this.#takeLogs(JSON.parse(body) as { resourceLogs: Of<'scopeLogs', { logRecords: OtlpLog[] }>[] });
  }

  #takeSpans({ resourceSpans }: { resourceSpans: Of<'scopeSpans', { spans: OtlpSpan[] }>[] }): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = valuesOf(resource.attributes)['service.name'];
      for (const { traceId, name, attributes, events } of scopeSpans.flatMap(({ spans }) => spans)) {
        const read = events.map((event) => ({ name: event.name, attributes: valuesOf(event.attributes) }));
        this.spans.push({ traceId, name, service, attributes: valuesOf(attributes), events: read });
      }
    }
  }

  #takeLogs({ resourceLogs }: { resourceLogs: Of<'scopeLogs', { logRecords: OtlpLog[] }>[] }): void {
    for (const { eventName, severityNumber, severityText, body, attributes } of resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords),
    )) {
      this.logs.push({
        eventName,
        severityNumber,
        severityText,
        body: valueOf(body),
        attributes: valuesOf(attributes),
      });
    }
  }
}
