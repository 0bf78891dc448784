import assert from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { NOW, span } from '../support/spans.ts';
import { verdictOn } from '../support/verdict.ts';

type Row = readonly [fact: string, attributes: Attributes, service: string];

const DEPENDENCIES: readonly Row[] = [
  ['peer.service', { 'peer.service': 'payment' }, 'payment'],
  ['service.peer.name, the newer peer.service', { 'service.peer.name': 'payment' }, 'payment'],
  ['rpc.service', { 'rpc.service': 'shop.Payment' }, 'shop.Payment'],
  ['db.system.name alone', { 'db.system.name': 'postgresql' }, 'postgresql'],
  ['db.system alone', { 'db.system': 'redis' }, 'redis'],
  [
    'db.system.name and db.namespace',
    { 'db.system.name': 'postgresql', 'db.namespace': 'orders' },
    'postgresql/orders',
  ],
  ['db.system and db.name', { 'db.system': 'mysql', 'db.name': 'orders' }, 'mysql/orders'],
  ['an old system with a new namespace', { 'db.system': 'mysql', 'db.namespace': 'orders' }, 'mysql/orders'],
  ['a new system with an old name', { 'db.system.name': 'mysql', 'db.name': 'orders' }, 'mysql/orders'],
  ['messaging.system alone', { 'messaging.system': 'kafka' }, 'kafka'],
  [
    'messaging.destination.name',
    { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
    'kafka/orders',
  ],
  ['messaging.destination', { 'messaging.system': 'rabbitmq', 'messaging.destination': 'orders' }, 'rabbitmq/orders'],
  [
    'messaging.destination.template before the name',
    {
      'messaging.system': 'jms',
      'messaging.destination.name': '/customers/42',
      'messaging.destination.template': '/customers/{id}',
    },
    'jms//customers/{id}',
  ],
  [
    'a temporary destination without its name',
    {
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'reply-8f3a',
      'messaging.destination.temporary': true,
    },
    'rabbitmq/(temporary)',
  ],
  [
    'an anonymous destination without its name',
    {
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'amq.gen-8f3a',
      'messaging.destination.anonymous': true,
    },
    'rabbitmq/(anonymous)',
  ],
  [
    'a destination that says it is not temporary by its name',
    {
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'orders',
      'messaging.destination.temporary': false,
    },
    'rabbitmq/orders',
  ],
  ['faas.invoked_name', { 'faas.invoked_name': 'resize' }, 'resize'],
  ['server.address', { 'server.address': 'api.example.com' }, 'api.example.com'],
  ['net.peer.name', { 'net.peer.name': 'api.example.com' }, 'api.example.com'],
  ['server.address with its port', { 'server.address': 'db', 'server.port': 6543 }, 'db:6543'],
  ['net.peer.name with its port', { 'net.peer.name': 'db', 'net.peer.port': 6543 }, 'db:6543'],
  ['an address whose port is digits', { 'net.peer.name': 'db', 'net.peer.port': '6543' }, 'db:6543'],
  ['https without 443', { 'server.address': 'a', 'server.port': 443, 'url.scheme': 'https' }, 'a'],
  ['http without 80', { 'server.address': 'a', 'server.port': 80, 'url.scheme': 'http' }, 'a'],
  ['https with 80', { 'server.address': 'a', 'server.port': 80, 'url.scheme': 'https' }, 'a:80'],
  ['http with 443', { 'server.address': 'a', 'server.port': 443, 'url.scheme': 'http' }, 'a:443'],
  ['the scheme of url.full', { 'server.address': 'a', 'server.port': 443, 'url.full': 'https://a/x' }, 'a'],
  ['the scheme of http.scheme', { 'net.peer.name': 'a', 'net.peer.port': 80, 'http.scheme': 'http' }, 'a'],
  ['the scheme of http.url', { 'net.peer.name': 'a', 'net.peer.port': 443, 'http.url': 'https://a/x' }, 'a'],
  ['a port of its own where no scheme is known', { 'server.address': 'a', 'server.port': 443 }, 'a:443'],
  ['a port of its own under another scheme', { 'server.address': 'a', 'server.port': 80, 'url.scheme': 'ws' }, 'a:80'],
  ['an address whose port is no port', { 'server.address': 'a', 'server.port': '' }, 'a'],
  ['unknown without any name', {}, 'unknown'],
  ['unknown where every name is empty or no string', { 'peer.service': '', 'server.address': 5 }, 'unknown'],
];

/** From the most telling to the least; each row's own key is the last that stays. */
const PRECEDENCE: readonly (readonly [key: string, value: string, service: string])[] = [
  ['peer.service', 'by-peer', 'by-peer'],
  ['rpc.service', 'by-rpc', 'by-rpc'],
  ['db.system.name', 'by-db', 'by-db'],
  ['messaging.system', 'by-messaging', 'by-messaging'],
  ['faas.invoked_name', 'by-faas', 'by-faas'],
  ['server.address', 'by-address', 'by-address'],
];

describe('whose request a span is', () => {
  for (const [fact, attributes, service] of DEPENDENCIES) {
    it(`names a dependency by ${fact}`, () => {
      assert.equal(verdictOn(span({ kind: 'client', attributes })).service, service);
    });
  }

  it('prefers new attribute keys to old ones', () => {
    const both: readonly Row[] = [
      ['database', { 'db.system.name': 'new', 'db.system': 'old', 'db.namespace': 'a', 'db.name': 'b' }, 'new/a'],
      [
        'messaging',
        { 'messaging.system': 'm', 'messaging.destination.name': 'new', 'messaging.destination': 'old' },
        'm/new',
      ],
      ['address', { 'server.address': 'new', 'net.peer.name': 'old', 'server.port': 1, 'net.peer.port': 2 }, 'new:1'],
    ];
    for (const [fact, attributes, service] of both) {
      assert.equal(verdictOn(span({ kind: 'client', attributes })).service, service, fact);
    }
  });

  it('takes the first name in the order of precedence', () => {
    for (const [index, [, , service]] of PRECEDENCE.entries()) {
      const attributes = Object.fromEntries(PRECEDENCE.slice(index).map(([key, value]) => [key, value]));
      assert.equal(verdictOn(span({ kind: 'client', attributes })).service, service);
    }
  });

  it('names the peer of a producer as it does that of a client', () => {
    const attributes = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
    assert.equal(verdictOn(span({ kind: 'producer', attributes })).service, 'kafka/orders');
  });

  it("gives what was served to the resource's service, whatever peer the span names", () => {
    const attributes = { 'peer.service': 'payment', 'server.address': 'localhost' };
    for (const kind of ['server', 'consumer'] as const)
      assert.equal(verdictOn(span({ kind, attributes })).service, 'shop');
  });

  it('gives a span without a usable service name to unknown', () => {
    const resources = [
      undefined,
      null,
      {},
      { attributes: null },
      { attributes: {} },
      { attributes: { 'service.name': 7 } },
    ];
    for (const resource of resources) {
      const nameless = { ...span(), resource } as unknown as ReturnType<typeof span>;
      assert.equal(verdictOn(nameless).service, 'unknown', JSON.stringify(resource));
    }
  });

  it('reads the service of a resource that is still resolving, and again once it has resolved', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    let pending = true;
    const resource = {
      get attributes(): Attributes {
        if (pending) throw new Error('read too early');
        return { 'service.name': 'late-name' };
      },
      get asyncAttributesPending(): boolean {
        return pending;
      },
      getRawAttributes: () =>
        [
          ['service.name', Promise.resolve('late-name')],
          ['service.name', 'early-name'],
        ] as const,
    };
    processor.onEnd({ ...span(), resource });
    pending = false;
    processor.onEnd({ ...span(), resource });
    const services = processor.tracker.report().services.map(({ service, requests }) => [service, requests]);
    assert.deepEqual(services, [
      ['early-name', 1],
      ['late-name', 1],
    ]);
  });

  it('keeps a name that has settled though other attributes are still resolving', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    let reads = 0;
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      getRawAttributes: () => {
        reads++;
        return [
          ['host.name', Promise.resolve('h')],
          ['service.name', 'shop'],
        ] as const;
      },
    };
    processor.onEnd({ ...span(), resource });
    const readOnce = reads;
    for (let index = 0; index < 10; index++) processor.onEnd({ ...span(), resource });
    assert.equal(reads, readOnce);
    assert.equal(processor.tracker.report('shop').services[0]?.requests, 11);
  });

  it('asks a resource to settle whose name is pending, once', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    let asked = 0;
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      getRawAttributes: () => [['service.name', Promise.resolve('later')]] as const,
      waitForAsyncAttributes: () => Promise.resolve(void asked++),
    };
    for (let index = 0; index < 10; index++) processor.onEnd({ ...span(), resource });
    assert.equal(asked, 1);
  });

  it('takes a name that is itself still a promise for unknown', () => {
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      getRawAttributes: () => [['service.name', Promise.resolve('later')]] as const,
    };
    assert.equal(verdictOn({ ...span(), resource }).service, 'unknown');
  });

  it('keeps the services of several resources in one process apart', () => {
    const processor = new SlaSpanProcessor({ clock: () => NOW });
    for (const service of ['a', 'b', 'a', 'c']) processor.onEnd(span({ service }));
    const services = processor.tracker.report().services.map(({ service, requests }) => [service, requests]);
    assert.deepEqual(services, [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]);
  });
});
