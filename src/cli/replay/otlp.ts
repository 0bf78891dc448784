import type { Attributes, AttributeValue, HrTime, SpanKind } from '@opentelemetry/api';
import type { SpanResource } from '../../sla/span.ts';
import { isRecord, KIND_NAMES, records, type SpanRecord, textOf } from './recorded-span.ts';

/** Where OTLP's flags say whether the parent is in another process, and that it is. */
const [KNOWS_REMOTE, IS_REMOTE] = [0x100, 0x200];
const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const ERROR = 2;

/** The spans of one entry of `resourceSpans`, as the Collector's file exporter and every OTLP/JSON client write it. */
export function* otlpSpans(resourceSpans: unknown): Generator<SpanRecord, void> {
  if (!isRecord(resourceSpans)) return;
  const resource: SpanResource = {
    attributes: attributesOf(isRecord(resourceSpans['resource']) ? resourceSpans['resource']['attributes'] : undefined),
  };
  // Before OTLP 0.19 scopes were called instrumentation libraries.
  const scopes = records(resourceSpans['scopeSpans'] ?? resourceSpans['instrumentationLibrarySpans']);
  const spans = scopes.flatMap((scope) => records(scope['spans']));
  const here = new Set(spans.map((span) => textOf(span['spanId'])));
  for (const span of spans) yield recordOf(span, resource, here);
}

function recordOf(
  span: Readonly<Record<string, unknown>>,
  resource: SpanResource,
  here: ReadonlySet<string>,
): SpanRecord {
  const parentSpanId = textOf(span['parentSpanId']) || undefined;
  const flags = typeof span['flags'] === 'number' ? span['flags'] : 0;
  return {
    name: textOf(span['name']),
    kind: kindOf(span['kind']),
    traceId: textOf(span['traceId']),
    spanId: textOf(span['spanId']),
    parentSpanId,
    // Older exporters do not tell; then a parent that was sent along is of this process.
    isParentRemote: (flags & KNOWS_REMOTE) === 0 ? !here.has(parentSpanId ?? '') : (flags & IS_REMOTE) !== 0,
    startTime: timeOf(span['startTimeUnixNano']),
    endTime: timeOf(span['endTimeUnixNano']),
    isError: isRecord(span['status']) && isErrorCode(span['status']['code']),
    attributes: attributesOf(span['attributes']),
    events: records(span['events']).map((event) => ({
      name: textOf(event['name']),
      attributes: attributesOf(event['attributes']),
    })),
    resource,
  };
}

/** A number, or a name of the enumeration. */
function kindOf(kind: unknown): SpanKind {
  const name = typeof kind === 'number' ? KINDS[kind] : textOf(kind).replace('SPAN_KIND_', '').toLowerCase();
  return KIND_NAMES[name ?? ''] ?? KIND_NAMES['internal']!;
}

function isErrorCode(code: unknown): boolean {
  return code === ERROR || code === 'STATUS_CODE_ERROR';
}

/** Nanoseconds, which are more than a number can hold. */
function timeOf(nanos: unknown): HrTime {
  const text = typeof nanos === 'number' ? nanos.toFixed(0) : textOf(nanos);
  if (!/^\d{1,20}$/.test(text)) return [NaN, NaN];
  return [Number(text.slice(0, -9) || 0), Number(text.slice(-9))];
}

function attributesOf(list: unknown): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of records(list)) {
    const read = valueOf(value);
    if (typeof key === 'string' && read !== undefined) attributes[key] = read;
  }
  return attributes;
}

function valueOf(value: unknown): AttributeValue | undefined {
  if (!isRecord(value)) return undefined;
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  const number = intValue ?? doubleValue;
  return number === undefined ? undefined : Number(number);
}
