import assert from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import type { Outcome } from '../../src/sla/options.ts';
import type { ReadableSpan } from '../../src/sla/span.ts';
import { span, type SpanParts } from '../support/spans.ts';
import { verdictOn } from '../support/verdict.ts';

type Row = readonly [fact: string, parts: SpanParts, outcome: Outcome];

const SERVER = { kind: 'server' } as const;
const CLIENT = { kind: 'client' } as const;
const http = (status?: number | string, more = {}): Attributes => ({
  'http.request.method': 'GET',
  ...(status !== undefined && { 'http.response.status_code': status }),
  ...more,
});
const exception = (type: string): ReadableSpan['events'] => [
  { name: 'exception', attributes: { 'exception.type': type } },
];
const grpc = (code: number | string): Attributes => ({
  'rpc.system': 'grpc',
  'rpc.grpc.status_code': code,
});

const STATUS: readonly Row[] = [
  ['UNSET', { status: 'unset' }, 'success'],
  ['OK', { status: 'ok' }, 'success'],
  ['ERROR', { status: 'error' }, 'failure'],
  ['UNSET of a client', { ...CLIENT, status: 'unset' }, 'success'],
  ['ERROR of a client', { ...CLIENT, status: 'error' }, 'failure'],
  ['ERROR of a consumer', { kind: 'consumer', status: 'error' }, 'failure'],
  ['ERROR of a producer', { kind: 'producer', status: 'error' }, 'failure'],
];

const HTTP: readonly Row[] = [
  ...[100, 200, 204, 302, 304].flatMap((code): Row[] => [
    [`HTTP server ${code}`, { ...SERVER, attributes: http(code) }, 'success'],
    [`HTTP client ${code}`, { ...CLIENT, attributes: http(code) }, 'success'],
  ]),
  ...[500, 502, 503, 504, 599].flatMap((code): Row[] => [
    [`HTTP server ${code}`, { ...SERVER, attributes: http(code), status: 'error' }, 'failure'],
    [`HTTP server ${code} without ERROR`, { ...SERVER, attributes: http(code) }, 'failure'],
    [`HTTP client ${code}`, { ...CLIENT, attributes: http(code), status: 'error' }, 'failure'],
    [`HTTP client ${code} without ERROR`, { ...CLIENT, attributes: http(code) }, 'failure'],
  ]),
  ['HTTP client 429', { ...CLIENT, attributes: http(429), status: 'error' }, 'failure'],
  ['HTTP client 429 without ERROR', { ...CLIENT, attributes: http(429) }, 'failure'],
  ['an old status code key', { ...SERVER, attributes: { 'http.method': 'GET', 'http.status_code': 500 } }, 'failure'],
  ['a status code of digits', { ...SERVER, attributes: http('503') }, 'failure'],
  ['HTTP client without an answer', { ...CLIENT, attributes: http(), status: 'error' }, 'failure'],
  ['HTTP client whose body broke after 200', { ...CLIENT, attributes: http(200), status: 'error' }, 'failure'],
  ['HTTP server that threw after 200', { ...SERVER, attributes: http(200), status: 'error' }, 'failure'],
  [
    'HTTP client refused a connection',
    { ...CLIENT, attributes: http(undefined, { 'error.type': 'ECONNREFUSED' }), status: 'error' },
    'failure',
  ],
  [
    'HTTP client that ran into a timeout',
    { ...CLIENT, attributes: http(undefined, { 'error.type': 'TimeoutError' }), status: 'error' },
    'failure',
  ],
];

const CLIENT_ERRORS = ['success', 'failure', 'ignored'] as const;

const GRPC_NAMES = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL',
  'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED']; // prettier-ignore
const GRPC_FAILURES = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

const GRPC: readonly Row[] = GRPC_NAMES.flatMap((name, code): Row[] => {
  const outcome = name === 'CANCELLED' ? 'ignored' : GRPC_FAILURES.has(name) ? 'failure' : 'success';
  const newer = { 'rpc.system.name': 'grpc', 'rpc.response.status_code': name };
  return [
    [`gRPC server ${code}`, { ...SERVER, attributes: grpc(code) }, outcome],
    [`gRPC server '${code}'`, { ...SERVER, attributes: grpc(String(code)) }, outcome],
    [`gRPC server ${name}`, { ...SERVER, attributes: newer }, outcome],
    [`gRPC server ${name} with ERROR`, { ...SERVER, attributes: newer, status: 'error' }, outcome],
  ];
});

const OTHER_RPC: readonly Row[] = [
  ['gRPC client UNAVAILABLE', { ...CLIENT, attributes: grpc(14), status: 'error' }, 'failure'],
  ['gRPC client NOT_FOUND', { ...CLIENT, attributes: grpc(5), status: 'error' }, 'failure'],
  ['gRPC client OK', { ...CLIENT, attributes: grpc(0) }, 'success'],
  ['gRPC client CANCELLED', { ...CLIENT, attributes: grpc(1), status: 'error' }, 'ignored'],
  [
    'JSON-RPC server with an error code',
    { attributes: { 'rpc.system.name': 'jsonrpc', 'rpc.response.status_code': '-32602' }, status: 'error' },
    'failure',
  ],
  [
    'JSON-RPC server with a code that gRPC has too',
    { attributes: { 'rpc.system.name': 'jsonrpc', 'rpc.response.status_code': '1' }, status: 'error' },
    'failure',
  ],
  [
    'RPC server with a code nobody knows',
    { attributes: { 'rpc.response.status_code': 'BROKEN' }, status: 'error' },
    'failure',
  ],
];

const NEVER_JUDGED: readonly Row[] = [
  [
    'a call that failed after it noted a cancelled one',
    { ...CLIENT, status: 'error', events: [{ name: 'retry', attributes: { 'exception.type': 'AbortError' } }] },
    'failure',
  ],
  ['a call our bulkhead rejected', { ...CLIENT, status: 'error', events: [{ name: 'bulkhead.rejected' }] }, 'ignored'],
  [
    'a call that a deadline refused',
    {
      ...CLIENT,
      status: 'error',
      events: [{ name: 'deadline.exceeded', attributes: { 'resilience.outcome': 'rejected' } }],
    },
    'ignored',
  ],
  [
    'a call that a deadline cut after it had been sent',
    {
      ...CLIENT,
      status: 'error',
      events: [{ name: 'deadline.exceeded', attributes: { 'resilience.outcome': 'timeout' } }],
    },
    'failure',
  ],
  ['a rejected call that is not marked as an error', { ...CLIENT, events: [{ name: 'bulkhead.rejected' }] }, 'ignored'],
  ['a rejected message', { kind: 'producer', status: 'error', events: [{ name: 'bulkhead.rejected' }] }, 'ignored'],
  [
    'the request whose call our bulkhead rejected',
    { status: 'error', events: [{ name: 'bulkhead.rejected' }] },
    'failure',
  ],
  ['a request that got over a rejected call', { events: [{ name: 'bulkhead.rejected' }] }, 'success'],
  [
    'a cancelled fetch',
    { ...CLIENT, attributes: http(undefined, { 'error.type': 'AbortError' }), status: 'error' },
    'ignored',
  ],
  ['a cancelled call by its exception', { ...CLIENT, status: 'error', events: exception('AbortError') }, 'ignored'],
  ['a cancelled call of axios', { ...CLIENT, status: 'error', events: exception('CanceledError') }, 'ignored'],
  [
    'a call that failed by another exception',
    { ...CLIENT, status: 'error', events: exception('TypeError') },
    'failure',
  ],
  [
    'a request that failed for a cancelled call within',
    { status: 'error', events: exception('AbortError') },
    'failure',
  ],
  [
    'a request whose own caller went away',
    { attributes: http(undefined, { 'error.type': 'AbortError' }), status: 'error' },
    'ignored',
  ],
  ['HTTP server 499', { attributes: http(499), status: 'error' }, 'ignored'],
  [
    'a cancelled call that was good all the same',
    { ...CLIENT, attributes: http(200, { 'error.type': 'AbortError' }) },
    'success',
  ],
];

describe('whether a span was good', () => {
  for (const [fact, parts, outcome] of [...STATUS, ...HTTP, ...GRPC, ...OTHER_RPC, ...NEVER_JUDGED]) {
    it(`is ${outcome} for ${fact}`, () => {
      assert.equal(verdictOn(span(parts)).outcome, outcome);
    });
  }

  for (const clientErrors of CLIENT_ERRORS) {
    it(`is ${clientErrors} for 4xx where client errors are ${clientErrors}, whatever the span's status`, () => {
      for (const code of [400, 401, 404, 418, 422, 451]) {
        for (const kind of ['server', 'client'] as const) {
          for (const status of ['unset', 'error'] as const) {
            const { outcome } = verdictOn(span({ kind, status, attributes: http(code) }), { clientErrors });
            assert.equal(outcome, clientErrors, `${kind} ${code} ${status}`);
          }
        }
      }
      assert.equal(verdictOn(span({ attributes: http(429) }), { clientErrors }).outcome, clientErrors, 'server 429');
      assert.equal(
        verdictOn(span({ ...CLIENT, attributes: http(429) }), { clientErrors }).outcome,
        'failure',
        'client 429',
      );
      assert.equal(verdictOn(span({ attributes: http(500) }), { clientErrors }).outcome, 'failure', 'server 500');
      assert.equal(verdictOn(span({ attributes: http(399) }), { clientErrors }).outcome, 'success', 'server 399');
    });
  }

  it('takes 4xx for success where nothing else is said', () => {
    assert.equal(verdictOn(span({ attributes: http(404), status: 'error' })).outcome, 'success');
  });
});
