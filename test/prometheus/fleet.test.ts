import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRules } from '../../src/generate/generate-rules.ts';
import { SERIES } from '../../src/generate/series.ts';
import type { Objective } from '../../src/sla/objective.ts';
import { freePorts } from './free-ports.ts';
import { PaymentInstance } from './payment-instance.ts';
import { Prometheus, requirePrometheus } from './prometheus.ts';

const OBJECTIVE: Objective = { name: 'availability', service: 'payment', metric: 'availability', target: 0.995 };
/** An hour in a minute. */
const SPEED = 60;
/** Of the fast pair: 1 h, in which the budget of 30 d burns 14.4 times too fast. */
const [LONG_SECONDS, FACTOR, BUDGET] = [3_600 / SPEED, 14.4, 0.005];
const ERROR_RATIO = 0.5;
/**
 * A twentieth of the shortest window, as 15 s are of 5 m: the first failures of an instance are recorded too low by about
 * half of that share, for Prometheus reckons no counter back beyond 0.
 */
const SCRAPE = '250ms';
/** Until an event has been scraped, recorded and alerted on, once a second each, and the test has seen it. */
const DELAY_SECONDS = 4;

describe('a fleet of three payments under one Prometheus with the generated rules', () => {
  let folder: string;
  let instances: PaymentInstance[] = [];
  let prometheus: Prometheus | undefined;
  let load: NodeJS.Timeout | undefined;

  before(requirePrometheus);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    const config = join(folder, 'resilience.yaml');
    await writeFile(config, JSON.stringify({ sla: { objectives: [OBJECTIVE] } }));
    const ports = await freePorts(3);
    instances = await Promise.all(ports.map((port) => PaymentInstance.start(port, config)));
    const { recording, alerts } = generateRules([OBJECTIVE], { speed: SPEED, interval: '30s' });
    prometheus = await Prometheus.start(
      instances.map(({ target }) => target),
      [recording, alerts],
      SCRAPE,
    );
    await prometheus.scrapedAfter(Date.now());
  });

  afterEach(async () => {
    clearInterval(load);
    await prometheus?.stop();
    await Promise.all(instances.map((instance) => instance.stop()));
    await rm(folder, { recursive: true });
  });

  const sum = (of: (instance: PaymentInstance) => number): number =>
    instances.reduce((total, instance) => total + of(instance), 0);

  it('is recorded as the load generator knows it, and alerts as soon as the formula says, until it is well again', async () => {
    // Not the same share of the load for each: a mean of ratios would be another figure.
    const turns = [0, 0, 0, 0, 1, 1, 2];
    let turn = 0;
    const charges: Promise<void>[] = [];
    load = setInterval(() => charges.push(instances[turns[turn++ % turns.length]!]!.charge()), 8);
    await prometheus!.until('has some load', async () => sum(({ good }) => good) > 500);
    assert.deepEqual(await prometheus!.alerts(), []);

    const failingFrom = Date.now();
    for (const instance of instances) instance.fail(ERROR_RATIO);
    await prometheus!.until('raises the fast alert', async () =>
      (await prometheus!.alerts()).some(({ labels, state }) => labels['tier'] === 'fast' && state === 'firing'),
    );
    const took = (Date.now() - failingFrom) / 1_000;
    const promised = (LONG_SECONDS * FACTOR * BUDGET) / ERROR_RATIO;
    assert.ok(took <= promised + DELAY_SECONDS, `it took ${took} s; the formula says ${promised} s`);

    for (const instance of instances) instance.fail(0);
    await prometheus!.until('resolves the fast alert', async () =>
      (await prometheus!.alerts()).every(({ labels }) => labels['tier'] !== 'fast'),
    );

    const until = sum(({ good }) => good) + 1_500;
    await prometheus!.until('has more load', async () => sum(({ good }) => good) > until);
    clearInterval(load);
    await Promise.all(charges);
    await prometheus!.scrapedAfter(Date.now());
    const known = sum(({ good }) => good) / sum(({ good, bad }) => good + bad);
    await prometheus!.until('has recorded all of it', async () => {
      const recorded = await prometheus!.one(`${SERIES.compliance}{sla_objective="availability"}`);
      return Math.abs(recorded - known) <= 0.001;
    });
  });
});
