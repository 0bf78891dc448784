import assert from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import type { SpanKindName } from '../../src/sla/span-kind.ts';
import { span } from '../support/spans.ts';
import { verdictOn } from '../support/verdict.ts';

type Row = readonly [fact: string, kind: SpanKindName, attributes: Attributes, operation: string];

const GET = { 'http.request.method': 'GET' };
const OLD_GET = { 'http.method': 'GET' };
const PG = { 'db.system.name': 'postgresql' };
const OLD_PG = { 'db.system': 'postgresql' };
const KAFKA = { 'messaging.system': 'kafka' };
const ORDERS = { 'messaging.destination.name': 'orders' };

const ROWS: readonly Row[] = [
  ['HTTP server: method and route', 'server', { ...GET, 'http.route': '/orders/:id' }, 'GET /orders/:id'],
  ['HTTP server, old method key', 'server', { ...OLD_GET, 'http.route': '/orders/:id' }, 'GET /orders/:id'],
  ['HTTP server, new method before old', 'server', { ...GET, 'http.method': 'POST', 'http.route': '/' }, 'GET /'],
  ['HTTP server without a route: the method alone', 'server', { ...GET, 'url.path': '/orders/42' }, 'GET'],
  ['HTTP server, old target: the method alone', 'server', { ...OLD_GET, 'http.target': '/orders/42' }, 'GET'],
  ['HTTP server: no template of a client', 'server', { ...GET, 'url.template': '/orders/{id}' }, 'GET'],
  ['HTTP server with an empty route', 'server', { ...GET, 'http.route': '' }, 'GET'],
  ['HTTP client: method and template', 'client', { ...GET, 'url.template': '/orders/{id}' }, 'GET /orders/{id}'],
  ['HTTP client without a template', 'client', { ...GET, 'url.full': 'http://a/orders/42' }, 'GET'],
  ['HTTP client, old keys', 'client', { ...OLD_GET, 'http.url': 'http://a/orders/42' }, 'GET'],
  ['HTTP client: no route of a server', 'client', { ...GET, 'http.route': '/orders/:id' }, 'GET'],
  ['RPC server', 'server', { 'rpc.service': 'shop.Orders', 'rpc.method': 'Place' }, 'shop.Orders/Place'],
  ['RPC client', 'client', { 'rpc.service': 'shop.Orders', 'rpc.method': 'Place' }, 'shop.Orders/Place'],
  ['RPC with service and method in one', 'client', { 'rpc.method': 'shop.Orders/Place' }, 'shop.Orders/Place'],
  [
    'RPC with both, and the service in the method as well',
    'client',
    { 'rpc.service': 'shop.Orders', 'rpc.method': 'shop.Orders/Place' },
    'shop.Orders/Place',
  ],
  ['RPC with a method alone', 'server', { 'rpc.method': 'Place' }, 'Place'],
  [
    'database: query summary',
    'client',
    { ...PG, 'db.query.summary': 'SELECT orders', 'db.operation.name': 'S' },
    'SELECT orders',
  ],
  [
    'database: operation and collection',
    'client',
    { ...PG, 'db.operation.name': 'SELECT', 'db.collection.name': 'o' },
    'SELECT o',
  ],
  ['database: operation alone', 'client', { ...PG, 'db.operation.name': 'SELECT' }, 'SELECT'],
  [
    'database, old: operation and table',
    'client',
    { ...OLD_PG, 'db.operation': 'SELECT', 'db.sql.table': 'o' },
    'SELECT o',
  ],
  [
    'database, old: MongoDB',
    'client',
    { 'db.system': 'mongodb', 'db.operation': 'find', 'db.mongodb.collection': 'o' },
    'find o',
  ],
  ['database without an operation: the span name', 'client', { ...PG, 'db.query.text': 'SELECT 42' }, 'the name'],
  [
    'database over HTTP',
    'client',
    { ...GET, 'db.system.name': 'elasticsearch', 'db.operation.name': 'search' },
    'search',
  ],
  ['messaging: operation name', 'producer', { ...KAFKA, ...ORDERS, 'messaging.operation.name': 'send' }, 'send orders'],
  [
    'messaging: operation type',
    'consumer',
    { ...KAFKA, ...ORDERS, 'messaging.operation.type': 'process' },
    'process orders',
  ],
  [
    'messaging, old operation',
    'consumer',
    { ...KAFKA, 'messaging.destination': 'o', 'messaging.operation': 'receive' },
    'receive o',
  ],
  [
    'messaging: name before type',
    'consumer',
    { ...KAFKA, ...ORDERS, 'messaging.operation.name': 'ack', 'messaging.operation.type': 'settle' },
    'ack orders',
  ],
  [
    'messaging with a temporary destination',
    'producer',
    { ...KAFKA, ...ORDERS, 'messaging.operation.name': 'send', 'messaging.destination.temporary': true },
    'send (temporary)',
  ],
  [
    'messaging with an anonymous destination',
    'producer',
    { ...KAFKA, ...ORDERS, 'messaging.operation.name': 'send', 'messaging.destination.anonymous': true },
    'send (anonymous)',
  ],
  ['messaging without a destination', 'producer', { ...KAFKA, 'messaging.operation.name': 'send' }, 'send'],
  ['messaging without an operation: the span name', 'producer', { ...KAFKA, ...ORDERS }, 'the name'],
  ['nothing known: the span name', 'server', {}, 'the name'],
  ['nothing known of a client', 'client', { 'peer.service': 'legacy' }, 'the name'],
  ['a route without a method', 'server', { 'http.route': '/orders' }, 'the name'],
  [
    'attributes of other types than the conventions say',
    'server',
    { 'http.request.method': 5, 'http.route': '/' },
    'the name',
  ],
];

describe('which operation a span is', () => {
  for (const [fact, kind, attributes, operation] of ROWS) {
    it(`is ${operation} for ${fact}`, () => {
      assert.equal(verdictOn(span({ kind, attributes, name: 'the name' })).operation, operation);
    });
  }

  it('is unknown where not even the name can be used', () => {
    for (const name of ['', undefined, null, 42, Symbol('name')]) {
      const nameless = { ...span(), name } as unknown as ReturnType<typeof span>;
      assert.equal(verdictOn(nameless).operation, 'unknown', String(name));
    }
  });

  it('never holds what a name has beyond 256 characters', () => {
    const { operation = '' } = verdictOn(span({ name: 'n'.repeat(1_000_000) }));
    assert.equal(operation.length, 256);
    assert.ok(operation.endsWith('n…'));
    assert.equal(verdictOn(span({ name: 'n'.repeat(256) })).operation, 'n'.repeat(256));
  });
});
