import type { EndingSpan } from '../../src/sla/span.ts';
import { endingSpan, type SpanParts } from './spans.ts';

const MEGABYTE = 'x'.repeat(1_000_000);

function boom(): never {
  throw new Error('boom');
}

/** A span like any other but for what is said, whatever its type. */
function odd(fields: object, parts: SpanParts = {}): EndingSpan {
  return Object.assign(endingSpan(parts), fields);
}

/** A span one of whose fields cannot even be looked at. */
function throwing(field: string, parts: SpanParts = {}): EndingSpan {
  return Object.defineProperty(endingSpan(parts), field, { get: boom });
}

const EVERY_TRAP: ProxyHandler<object> = { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom };
const FIELDS = [
  'name',
  'kind',
  'spanContext',
  'startTime',
  'endTime',
  'duration',
  'status',
  'attributes',
  'events',
  'resource',
];
const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  NaN,
  -1,
  99,
  1.5,
  '',
  'text',
  true,
  10n,
  Symbol('s'),
  [],
  {},
  () => 1,
];
const HTTP = { 'http.request.method': 'GET' };

/** Spans as they should never be, each with what is odd about it. */
export function hostileSpans(): (readonly [fact: string, span: EndingSpan])[] {
  const proto = JSON.parse('{"__proto__": {"polluted": true}, "http.request.method": "GET"}') as Record<string, string>;
  return [
    ['nothing', null as unknown as EndingSpan],
    ['undefined', undefined as unknown as EndingSpan],
    ['a number', 5 as unknown as EndingSpan],
    ['an empty object', {} as EndingSpan],
    ['a proxy whose traps all throw', new Proxy<EndingSpan>(endingSpan(), EVERY_TRAP)],
    ['attributes in a proxy whose traps all throw', odd({ attributes: new Proxy({}, EVERY_TRAP) })],
    ['a frozen span', Object.freeze(endingSpan())],
    ...FIELDS.flatMap((field) =>
      GARBAGE.map((value) => [`${field} = ${typeof value} ${String(value)}`, odd({ [field]: value })] as const),
    ),
    ...FIELDS.map((field) => [`a getter of ${field} that throws`, throwing(field, { status: 'error' })] as const),
    ...Object.keys({ ...HTTP, 'peer.service': 1, 'http.route': 1, 'db.system': 1 }).map(
      (key) =>
        [`a getter of ${key} that throws`, odd({ attributes: Object.defineProperty({}, key, { get: boom }) })] as const,
    ),
    ['__proto__ as a key of its attributes', odd({ attributes: proto })],
    [
      '__proto__ as every name',
      odd({ name: '__proto__', attributes: { 'peer.service': '__proto__' } }, { kind: 'client', service: '__proto__' }),
    ],
    ['constructor as every name', odd({ name: 'constructor' }, { service: 'constructor' })],
    ['attributes without a prototype', odd({ attributes: Object.assign(Object.create(null) as object, HTTP) })],
    ['attributes that are arrays', odd({ attributes: { 'http.request.method': ['GET'], 'http.route': [null] } })],
    [
      'a symbol for every attribute',
      odd({ attributes: { 'http.request.method': Symbol('m'), 'http.route': Symbol('r') } }),
    ],
    ['a symbol for a status code', odd({ attributes: { ...HTTP, 'http.response.status_code': Symbol('c') } })],
    ['a BigInt for a status code', odd({ attributes: { ...HTTP, 'http.response.status_code': 500n } })],
    [
      'an object for a port',
      odd({ attributes: { 'server.address': 'a', 'server.port': { valueOf: boom } } }, { kind: 'client' }),
    ],
    ['times of NaN', odd({ startTime: [NaN, NaN], endTime: [NaN, NaN], duration: [NaN, NaN] })],
    ['times of BigInt', odd({ endTime: [1n, 2n], duration: [1n, 2n] })],
    ['times that are strings', odd({ endTime: ['1', '2'], duration: ['1', '2'] })],
    ['times without an end', odd({ endTime: [], duration: [] })],
    ['a duration less than nothing', odd({ duration: [-5, -5] })],
    ['a name of 1 MB', odd({ name: MEGABYTE })],
    ['a route of 1 MB', odd({ attributes: { ...HTTP, 'http.route': MEGABYTE } })],
    ['a peer of 1 MB', odd({ attributes: { 'peer.service': MEGABYTE } }, { kind: 'client' })],
    ['a trace id of 1 MB', odd({ spanContext: () => ({ traceId: MEGABYTE, traceFlags: 1 }) }, { status: 'error' })],
    ['lone surrogates', odd({ name: '\ud800\udfff\udc00' })],
    ['a context that throws', odd({ spanContext: boom }, { status: 'error' })],
    ['a context of nothing', odd({ spanContext: () => null }, { status: 'error' })],
    [
      'a context of symbols',
      odd({ spanContext: () => ({ traceId: Symbol('t'), traceFlags: Symbol('f') }) }, { status: 'error' }),
    ],
    ['events of nothing', odd({ events: [null, undefined, 5] }, { kind: 'client', status: 'error' })],
    [
      'an event whose attributes throw',
      odd(
        {
          events: [
            {
              name: 'exception',
              get attributes() {
                return boom();
              },
            },
          ],
        },
        { kind: 'client', status: 'error' },
      ),
    ],
    [
      'a status that throws',
      odd({
        status: {
          get code() {
            return boom();
          },
        },
      }),
    ],
    [
      'a resource whose attributes throw',
      odd({
        resource: {
          get attributes() {
            return boom();
          },
        },
      }),
    ],
    [
      'a resource that is still resolving and throws',
      odd({ resource: { asyncAttributesPending: true, getRawAttributes: boom, attributes: {} } }),
    ],
    [
      'a resource that cannot be waited for',
      odd({ resource: { asyncAttributesPending: true, waitForAsyncAttributes: boom, attributes: {} } }),
    ],
    [
      'a resource whose raw attributes are odd',
      odd({ resource: { asyncAttributesPending: true, getRawAttributes: () => [null], attributes: {} } }),
    ],
    [
      'a parent that throws',
      odd({
        parentSpanContext: {
          get isRemote() {
            return boom();
          },
        },
      }),
    ],
    ['nothing that can be written on', odd({ addEvent: boom, setAttribute: boom }, { status: 'error' })],
    ['no way to be written on', odd({ addEvent: undefined, setAttribute: null }, { status: 'error' })],
  ];
}
