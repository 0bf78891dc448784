import { AdaptiveTimeout, Bulkhead, guard } from '../../src/index.ts';
import { FakeTime } from './fake-time.ts';
import { exponential, seeded } from './random.ts';
import { WorkerPool } from './worker-pool.ts';

const [CALLS_PER_SECOND, WORKERS, SECONDS] = [600, 20, 240];
const BROWN_OUT = { from: 60, to: 90, slowness: 4 };
/** Whoever is not answered within this has gone away. */
const PATIENCE_MILLIS = 2_000;
const [RETRIES, PAUSE_MILLIS] = [2, 50];

/** What callers had of a server that was slow for half a minute. */
export interface Outcome {
  readonly name: string;
  /** Answers in time a second: before, during, and in the minute from half a minute after. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
  /** Of answers in time in the last minute, in milliseconds. */
  readonly p99Millis: number;
  /** From the end of the brown-out until 95 % of all callers are answered in time, for good. */
  readonly recoverySeconds: number;
}

type Call = (work: () => Promise<void>) => Promise<void>;

/** The same callers and the same server with different guards. */
export async function closedLoop(): Promise<Outcome[]> {
  const ways: [string, (time: FakeTime) => Call][] = [
    ['no guard', () => (work) => work()],
    ['static 1 s', (time) => pinned(time, '1s')],
    ['static 200 ms', (time) => pinned(time, '200ms')],
    ['adaptive timeout', (time) => guardWith({ timeout: new AdaptiveTimeout({ clock: time.clock }) })],
    ['bulkhead and static 1 s', (time) => pinned(time, '1s', compartment(time))],
    [
      'bulkhead and adaptive timeout',
      (time) => guardWith({ timeout: new AdaptiveTimeout({ clock: time.clock }), bulkhead: compartment(time) }),
    ],
  ];
  const outcomes: Outcome[] = [];
  for (const [name, way] of ways) outcomes.push(await run(name, way));
  return outcomes;
}

function pinned(time: FakeTime, timeout: '1s' | '200ms', bulkhead?: Bulkhead): Call {
  const timeouts = new AdaptiveTimeout({ clock: time.clock });
  timeouts.set('work', timeout);
  return guardWith({ timeout: timeouts, bulkhead });
}

/** Twice as many as the server has workers. It never closes here: what is compared is the limit. */
function compartment(time: FakeTime): Bulkhead {
  return new Bulkhead({
    name: 'server',
    maxConcurrent: 2 * WORKERS,
    failureThreshold: 100_000,
    isolationThreshold: 200_000,
    clock: time.clock,
  });
}

function guardWith(options: { timeout: AdaptiveTimeout; bulkhead?: Bulkhead | undefined }): Call {
  return guard((work: () => Promise<void>) => work(), { operation: 'work', ...options });
}

async function run(name: string, way: (time: FakeTime) => Call): Promise<Outcome> {
  const time = new FakeTime();
  const random = seeded(7);
  const pool = new WorkerPool(time, seeded(8), WORKERS);
  const call = way(time);
  const answered: { second: number; millis: number }[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => pool.call((served) => (served ? resolve() : reject(new Error('full')))));
  const attempt = (since: number, left: number): void => {
    void call(work).then(
      () => void answered.push({ second: since / 1_000, millis: time.clock() - since }),
      () => {
        if (left > 0) time.at(time.clock() + PAUSE_MILLIS, () => attempt(since, left - 1));
      },
    );
  };
  const arrive = (): void => {
    attempt(time.clock(), RETRIES);
    time.at(time.clock() + (exponential(random) * 1_000) / CALLS_PER_SECOND, arrive);
  };
  time.at(0, arrive);
  time.at(BROWN_OUT.from * 1_000, () => void (pool.slowness = BROWN_OUT.slowness));
  time.at(BROWN_OUT.to * 1_000, () => void (pool.slowness = 1));
  await time.run(SECONDS * 1_000, 'each event');
  return { name, ...judge(answered) };
}

function judge(answered: readonly { second: number; millis: number }[]): Omit<Outcome, 'name'> {
  const inTime = answered.filter(({ millis }) => millis <= PATIENCE_MILLIS);
  const perSecond = new Float64Array(SECONDS);
  for (const { second } of inTime) perSecond[Math.floor(second)]! += 1;
  const rate = (from: number, to: number): number =>
    perSecond.slice(from, to).reduce((sum, each) => sum + each, 0) / (to - from);
  const last = inTime.filter(({ second }) => second >= SECONDS - 65 && second < SECONDS - 5);
  const sorted = last.map(({ millis }) => millis).toSorted((a, b) => a - b);
  const before = rate(30, BROWN_OUT.from);
  // Five seconds together, for arrivals are random; the last five are still on their way.
  let recovered = SECONDS - 10;
  while (recovered > BROWN_OUT.to && rate(recovered - 1, recovered + 4) >= 0.95 * before) recovered--;
  return {
    before,
    during: rate(BROWN_OUT.from, BROWN_OUT.to),
    after: rate(BROWN_OUT.to + 30, BROWN_OUT.to + 90),
    p99Millis: sorted[Math.ceil(0.99 * sorted.length) - 1] ?? NaN,
    recoverySeconds: recovered >= SECONDS - 10 ? Infinity : recovered - BROWN_OUT.to,
  };
}
