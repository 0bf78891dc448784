import assert from 'node:assert/strict';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { replaceTargets } from '../../src/sla/tracker.ts';
import { collect, pointsOf } from '../support/collected.ts';
import { NOW, span, type SpanParts } from '../support/spans.ts';

const MINUTE = 60_000;
const SHOP: Objective = {
  name: 'up',
  metric: 'availability',
  target: 0.75,
  minEvents: 4,
  window: '1h',
  service: 'shop',
};

class Shop {
  now = NOW;
  readonly processor: SlaSpanProcessor;

  constructor(...objectives: Objective[]) {
    this.processor = new SlaSpanProcessor({ clock: () => this.now, windows: ['5m', '1h'], objectives });
  }

  end(count: number, parts: SpanParts = {}): void {
    for (let index = 0; index < count; index++) this.processor.onEnd(span({ endMillis: this.now, ...parts }));
  }

  async points(name: string): Promise<Record<string, unknown>> {
    return pointsOf(await collect(this.processor.metricProducer), name);
  }
}

describe('what the metrics say before the first span', () => {
  it('is 0 for good and bad events and violations of an objective that names its service', async () => {
    const shop = new Shop(SHOP);
    assert.deepEqual(await shop.points('sla.events'), { 'shop up good': 0, 'shop up bad': 0 });
    assert.deepEqual(await shop.points('sla.violations'), { 'shop up availability': 0 });
  });

  it('is 0 for every result of a span', async () => {
    const none = { counted: 0, ignored: 0, overflow: 0, late: 0, invalid: 0, failed: 0 };
    assert.deepEqual(await new Shop().points('resilience.processor.spans'), none);
    assert.deepEqual(await new Shop().points('resilience.processor.series'), { '': 0 });
  });

  it('is the promise, but no attainment, budget, burn rate or status', async () => {
    const shop = new Shop(SHOP);
    assert.deepEqual(await shop.points('sla.target_ratio'), { 'shop up availability 1h': 0.75 });
    for (const name of [
      'sla.compliance_ratio',
      'sla.error_budget.remaining_ratio',
      'sla.burn_rate',
      'sla.status',
      'sla.response_time',
      'sla.requests',
    ]) {
      assert.deepEqual(await shop.points(name), {}, name);
    }
  });
});

describe('what the metrics say of requests', () => {
  it('is successes and failures by service, operation and kind, both from the first request on', async () => {
    const shop = new Shop();
    shop.end(3, { name: 'GET /' });
    shop.end(2, { name: 'POST /', status: 'error' });
    shop.end(1, { name: 'pay', kind: 'client', attributes: { 'peer.service': 'payment' } });
    assert.deepEqual(await shop.points('sla.requests'), {
      'shop GET / server success': 3,
      'shop GET / server failure': 0,
      'shop POST / server success': 0,
      'shop POST / server failure': 2,
      'payment pay client success': 1,
      'payment pay client failure': 0,
    });
    assert.deepEqual(await shop.points('resilience.processor.series'), { '': 3 });
  });

  it('is what became of every span', async () => {
    const shop = new Shop();
    shop.end(5);
    shop.end(2, { parent: 'local' });
    shop.end(1, { durationMillis: 7_200_000 });
    shop.end(1, { endMillis: NOW - 40 * 86_400_000 });
    shop.processor.onEnd(null as unknown as ReturnType<typeof span>);
    const results = { counted: 5, ignored: 2, overflow: 0, late: 1, invalid: 1, failed: 1 };
    assert.deepEqual(await shop.points('resilience.processor.spans'), results);
  });

  it('is response times in seconds by quantile, of the last five to ten minutes', async () => {
    const shop = new Shop();
    shop.end(1, { durationMillis: 200 });
    const times = await shop.points('sla.response_time');
    assert.deepEqual(Object.keys(times), ['shop GET server 0.5', 'shop GET server 0.95', 'shop GET server 0.99']);
    for (const time of Object.values(times)) assert.ok(Math.abs(Number(time) - 0.2) <= 0.2 / 64);
    shop.now += 11 * MINUTE;
    assert.deepEqual(await shop.points('sla.response_time'), {});
  });
});

describe('what the metrics say of an objective', () => {
  it('is its attainment, budget and burn rates, unclamped and weighted by events', async () => {
    const shop = new Shop(SHOP);
    shop.end(2);
    shop.end(2, { status: 'error' });
    assert.deepEqual(await shop.points('sla.compliance_ratio'), { 'shop up availability 1h': 0.5 });
    assert.deepEqual(await shop.points('sla.error_budget.remaining_ratio'), { 'shop up availability 1h': -1 });
    assert.deepEqual(await shop.points('sla.burn_rate'), { 'shop up 5m': 2, 'shop up 1h': 2 });
    assert.deepEqual(await shop.points('sla.violations'), { 'shop up availability': 1 });
    assert.deepEqual(await shop.points('sla.events'), { 'shop up good': 2, 'shop up bad': 2 });
  });

  it('is a status of 0, 1 or 2, and none under the least number of events', async () => {
    const shop = new Shop(SHOP);
    const statuses: unknown[] = [];
    const note = async (): Promise<void> => void statuses.push((await shop.points('sla.status'))['shop up']);
    shop.end(3);
    await note();
    shop.end(1);
    await note();
    shop.end(2, { status: 'error' });
    await note();
    shop.end(2);
    await note();
    shop.end(40);
    await note();
    assert.deepEqual(statuses, [undefined, 0, 2, 1, 0]);
  });

  it('is how much of its window was observed', async () => {
    const shop = new Shop(SHOP);
    const coverage: unknown[] = [];
    for (const minutes of [0, 15, 30, 60]) {
      shop.now += minutes * MINUTE;
      coverage.push((await shop.points('sla.window.coverage_ratio'))['shop up availability 1h']);
    }
    assert.deepEqual(coverage, [0, 0.25, 0.75, 1]);
  });

  it('is called by length and time zone where the window is a period of the calendar', async () => {
    const shop = new Shop({ ...SHOP, window: { every: '1M', timeZone: 'Europe/Berlin' } });
    assert.deepEqual(await shop.points('sla.target_ratio'), { 'shop up availability 1M@Europe/Berlin': 0.75 });
  });

  it('is nothing any more of objectives that were replaced, and goes on for the others', async () => {
    const shop = new Shop(SHOP, { ...SHOP, name: 'gone' }, { ...SHOP, name: 'each', service: '*', operation: '*' });
    shop.end(5);
    const names = [
      'sla.events',
      'sla.violations',
      'sla.target_ratio',
      'sla.window.coverage_ratio',
      'sla.compliance_ratio',
    ];
    for (const name of names) assert.equal(Object.keys(await shop.points(name)).length, name === 'sla.events' ? 6 : 3);
    replaceTargets(shop.processor.tracker, [{ ...SHOP, target: 0.9 }]);
    for (const name of names) assert.equal(Object.keys(await shop.points(name)).length, name === 'sla.events' ? 2 : 1);
    shop.end(1);
    assert.deepEqual(await shop.points('sla.events'), { 'shop up good': 6, 'shop up bad': 0 });
    replaceTargets(shop.processor.tracker, []);
    for (const name of [...names, 'sla.burn_rate', 'sla.status', 'sla.error_budget.remaining_ratio'])
      assert.deepEqual(await shop.points(name), {}, name);
    assert.equal(Object.keys(await shop.points('sla.requests')).length, 2);
  });

  it('is a copy for each service, and each operation, that a pattern meets', async () => {
    const shop = new Shop({ ...SHOP, name: 'each', service: '*', operation: 'GET *' });
    shop.end(1, { name: 'GET /a' });
    shop.end(1, { name: 'GET /b', service: 'other' });
    shop.end(1, { name: 'POST /' });
    const events = await shop.points('sla.events');
    assert.deepEqual(Object.keys(events).toSorted(), [
      'other each GET /b bad',
      'other each GET /b good',
      'shop each GET /a bad',
      'shop each GET /a good',
    ]);
  });

  it('stays the same over what leaves its window, in counters alone', async () => {
    const shop = new Shop(SHOP);
    shop.end(4);
    shop.now += 2 * 60 * MINUTE;
    assert.deepEqual(await shop.points('sla.events'), { 'shop up good': 4, 'shop up bad': 0 });
    assert.deepEqual(await shop.points('sla.compliance_ratio'), {});
    assert.deepEqual(await shop.points('sla.status'), {});
  });
});
