import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { type Episode, faults, schedule } from '../../examples/shop/faults.ts';
import { seeded } from '../../examples/shop/random.ts';
import { renderTable } from '../../examples/shop/table.ts';
import {
  AdaptiveTimeout,
  Bulkhead,
  loadConfig,
  type Objective,
  type ResilienceReport,
  SlaTracker,
} from '../../src/index.ts';

describe("the shop's table", () => {
  let reports: ReadonlyMap<'storefront', ResilienceReport>;

  before(async () => {
    const { sla } = await loadConfig('examples/shop/resilience/storefront.yaml');
    reports = new Map([['storefront', reportOf(sla?.objectives ?? [])]]);
  });

  it('has a row for every objective, under the service it is about', () => {
    const table = renderTable({
      reports: new Map([['storefront', { ...reports.get('storefront')!, bulkheads: [], timeouts: [] }]]),
      fault: undefined,
      sent: 400,
      elapsedMillis: 20_000,
      colour: false,
    });
    assert.deepEqual(
      table.split('\n').map((line) => line.split(/ {2,}/).join(' | ').trim()),
      [
        'fault now: none | sent: 400 requests in 20 s',
        '',
        '| OBJECTIVE | TARGET | STATUS | ATTAINED | BUDGET | BURN 5m | BURN 1h | P95 | REQUESTS',
        'storefront',
        '| traffic | 90% at >= 5/s | no data | - | - | - | - | 300 ms | 400',
        '| orders-availability | >= 99.5% | met | 99.75% | 50% | 0.5 | 0.5 | 300 ms | 400',
        '| orders-latency | 95% in 250 ms | BREACHED | 90% | -100% | 2.0 | 2.0 | 300 ms | 400',
        'payment, as storefront sees it',
        '| caller-availability | >= 99.5% | met | 100% | 100% | 0.0 | 0.0 | 50 ms | 400',
        '| caller-latency | 95% in 200 ms | met | 100% | 100% | 0.0 | 0.0 | 50 ms | 400',
      ],
    );
  });

  it('has a line for every compartment and every learned timeout', () => {
    const table = renderTable({ reports, fault: undefined, sent: 400, elapsedMillis: 20_000, colour: false });
    assert.deepEqual(
      table
        .split('\n')
        .slice(-3)
        .map((line) => line.split(/ {2,}/).join(' | ').trim()),
      [
        'guards of storefront',
        '| bulkhead payment | healthy | 0 of 20 slots, 0 waiting, 0 failures a minute, 0 rejected',
        '| timeout payment POST | 2000 ms | median -, 0 would have been cut',
      ],
    );
  });

  it('colours only where it is told to, and lines up the same', () => {
    const view = { reports, fault: 'payment fails', sent: 400, elapsedMillis: 20_000 };
    const coloured = renderTable({ ...view, colour: true });
    assert(coloured.includes('\u001b[31mBREACHED'));
    assert.equal(stripVTControlCharacters(coloured), renderTable({ ...view, colour: false }));
  });
});

/** Four hundred orders, with a charge each. */
function reportOf(objectives: Objective[]): ResilienceReport {
  const tracker = new SlaTracker({ objectives, clock: () => 1_800_000_000_000 });
  for (let order = 1; order <= 400; order++) {
    const durationMillis = order % 10 === 0 ? 300 : 100;
    tracker.record({ service: 'storefront', operation: 'POST /orders', success: order !== 200, durationMillis });
    tracker.record({ service: 'payment', operation: 'POST', kind: 'client', success: true, durationMillis: 50 });
  }
  const bulkhead = new Bulkhead({ name: 'payment', maxConcurrent: 20, clock: () => 0 });
  const timeouts = new AdaptiveTimeout({ mode: 'observe', initial: '2s', clock: () => 0 });
  timeouts.record('payment POST', 40);
  return { ...tracker.report(), bulkheads: [bulkhead.snapshot()], timeouts: timeouts.snapshot().operations };
}

describe("the shop's faults", () => {
  const first = (seed: number): Episode[] => {
    const episodes = schedule(seeded(seed));
    return Array.from({ length: 2 * faults.length + 1 }, () => episodes.next().value);
  };

  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(first(7), first(7));
    assert.notDeepEqual(first(7), first(8));
  });

  it('come one at a time, with calm between them, each once a round', () => {
    const titles = first(3).map(({ fault }) => fault?.title);
    assert.deepEqual(
      titles.filter((_, index) => index % 2 === 0),
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(new Set(titles.filter((title) => title !== undefined)), new Set(faults.map(({ title }) => title)));
  });
});

/** Three ports in a row that nobody listens on, below those that systems hand out by themselves. */
