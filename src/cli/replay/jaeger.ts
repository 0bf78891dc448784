import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { SpanResource } from '../../sla/span.ts';
import { isRecord, KIND_NAMES, records, type SpanRecord, textOf } from './recorded-span.ts';

/** The spans of one trace as Jaeger's interface and API give it: an entry of `data`. */
export function* jaegerSpans(trace: unknown): Generator<SpanRecord, void> {
  if (!isRecord(trace)) return;
  const processes = isRecord(trace['processes']) ? trace['processes'] : {};
  const resources = new Map(Object.entries(processes).map(([id, process]) => [id, resourceOf(process)]));
  const spans = records(trace['spans']);
  const processOf = new Map(spans.map((span) => [textOf(span['spanID']), textOf(span['processID'])]));
  for (const span of spans) {
    const processId = textOf(span['processID']);
    yield recordOf(
      span,
      resources.get(processId) ?? { attributes: {} },
      (parent) => processOf.get(parent) !== processId,
    );
  }
}

function recordOf(
  span: Readonly<Record<string, unknown>>,
  resource: SpanResource,
  isElsewhere: (parentSpanId: string) => boolean,
): SpanRecord {
  const tags = attributesOf(span['tags']);
  const parents = records(span['references']).filter(({ refType }) => refType === 'CHILD_OF');
  const parentSpanId = textOf(parents[0]?.['spanID'] ?? span['parentSpanID']) || undefined;
  const { startTime, duration } = span;
  return {
    name: textOf(span['operationName']),
    kind: KIND_NAMES[textOf(tags['span.kind'])] ?? KIND_NAMES['internal']!,
    traceId: textOf(span['traceID']),
    spanId: textOf(span['spanID']),
    parentSpanId,
    isParentRemote: parentSpanId !== undefined && isElsewhere(parentSpanId),
    startTime: timeOf(startTime),
    endTime: timeOf(typeof startTime === 'number' && typeof duration === 'number' ? startTime + duration : NaN),
    isError: tags['error'] === true || tags['error'] === 'true' || tags['otel.status_code'] === 'ERROR',
    attributes: tags,
    events: records(span['logs']).map(({ fields }) => {
      const { event, name, ...attributes } = attributesOf(fields);
      return { name: textOf(event ?? name), attributes };
    }),
    resource,
  };
}

function resourceOf(process: unknown): SpanResource {
  if (!isRecord(process)) return { attributes: {} };
  return { attributes: { ...attributesOf(process['tags']), 'service.name': textOf(process['serviceName']) } };
}

/** Jaeger's times are microseconds. */
function timeOf(micros: unknown): HrTime {
  if (typeof micros !== 'number' || !Number.isFinite(micros)) return [NaN, NaN];
  const seconds = Math.floor(micros / 1e6);
  return [seconds, Math.round((micros - seconds * 1e6) * 1e3)];
}

function attributesOf(list: unknown): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of records(list))
    if (typeof key === 'string' && ['string', 'number', 'boolean'].includes(typeof value))
      attributes[key] = value as AttributeValue;
  return attributes;
}
