/**
 * What one call through a learning timeout costs, beside timeouts of other packages, which learn nothing, and one by hand;
 * what it costs together with a bulkhead; what is left behind; what an operation holds. Run: `npm run bench`.
 */
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { bulkhead as cockatielBulkhead, timeout as cockatielTimeout, TimeoutStrategy, wrap } from 'cockatiel';
import CircuitBreaker from 'opossum';
import { AdaptiveTimeout, Bulkhead, guard } from '../src/index.ts';
import { sharedTimer } from '../src/time/deadline-timer.ts';
import { AdaptiveTimeout as PlainTimeout } from '../src/timeout/index.ts';
import { measure, type Measured, ratio } from './measure.ts';
import { atOnce, inTurn, measureAsync } from './measure-async.ts';
import { Verdict } from './verdict.ts';

const WIDTH = 1_000;
const KEPT = 1_000_000;
const TIMEOUT_MILLIS = 5_000;

const answer = Promise.resolve({ status: 200 });
async function work(): Promise<number> {
  return (await answer).status;
}

/** What most write by hand. */
async function byHand(): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), TIMEOUT_MILLIS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

const ours = new PlainTimeout();
const told = new AdaptiveTimeout();
const theirs = cockatielTimeout(TIMEOUT_MILLIS, TimeoutStrategy.Aggressive);
const breaker = new CircuitBreaker(work, { timeout: TIMEOUT_MILLIS });
const both = guard(work, {
  operation: 'work',
  timeout: new AdaptiveTimeout(),
  bulkhead: new Bulkhead({ name: 'both', maxConcurrent: WIDTH }),
});
const theirBoth = wrap(cockatielBulkhead(WIDTH, 0), cockatielTimeout(TIMEOUT_MILLIS, TimeoutStrategy.Aggressive));
const calls = {
  bare: work,
  byHand,
  ours: () => ours.run('work', work),
  'ours with events': () => told.run('work', work),
  cockatiel: () => theirs.execute(work),
  opossum: () => breaker.fire(),
  'bulkhead and timeout: ours': () => both(),
  'bulkhead and timeout: cockatiel': () => theirBoth.execute(work),
};
type Name = keyof typeof calls;

async function sideBySide(
  around: (call: () => Promise<unknown>) => (calls: number) => Promise<void>,
): Promise<Record<Name, Measured>> {
  const cases = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, around(call)]));
  return measureAsync(cases as Record<Name, (calls: number) => Promise<void>>, { rounds: 21, calls: 10_000 });
}

function print(title: string, measured: Record<Name, Measured>): void {
  for (const name of Object.keys(calls) as Name[]) verdict.figure(`${title}: ${name}`, measured[name].nanos, 'ns');
}

const verdict = new Verdict('A call through a learning timeout (median of interleaved rounds)');
const one = await sideBySide(inTurn);
print('1 in flight', one);
verdict.most('1 in flight: ours', one.ours.nanos, 600, 'ns');
verdict.figure('1 in flight: ours, allocated', one.ours.bytes, 'B');
const many = await sideBySide((call) => atOnce(WIDTH, call));
print('1 000 in flight', many);
verdict.most('1 000 in flight: ours', many.ours.nanos, 600, 'ns');
for (const [title, measured] of [
  ['1', one],
  ['1 000', many],
] as const)
  verdict.most(
    `both guards to cockatiel's, ${title} in flight`,
    ratio(measured['bulkhead and timeout: ours'], measured['bulkhead and timeout: cockatiel']),
    0.1,
    'x',
  );

const plain = measure(
  {
    get: (iterations) => {
      for (let index = 0; index < iterations; index++) ours.get('work');
    },
    record: (iterations) => {
      for (let index = 0; index < iterations; index++) ours.record('work', index & 127);
    },
  },
  { rounds: 21, iterations: 50_000 },
);
verdict.most('get', plain.get.nanos, 50, 'ns');
verdict.most('record', plain.record.nanos, 100, 'ns');

await atOnce(WIDTH, calls.ours)(KEPT);
verdict.most('timers kept after 1 000 000 calls', sharedTimer().size, 0, '');

let now = 0;
const full = new PlainTimeout({ clock: () => now, maxOperations: 1 });
for (; now < 300_000; now += 5) full.record('full', now % 100, now % 1_000 === 0);
verdict.most('held by an operation with a full window', full.snapshot().memoryBytes / 1024, 40, 'KiB');
const fresh = new PlainTimeout({ clock: () => now });
fresh.record('new', 1);
verdict.figure('held by a new operation', fresh.snapshot().memoryBytes / 1024, 'KiB');

// One that is due every time: what is left of the cost of a record is the estimate.
const learning = measure(
  {
    learn: (iterations) => {
      for (let index = 0; index < iterations; index++) {
        now += 250;
        full.record('full', index & 127);
      }
    },
  },
  { rounds: 11, iterations: 500 },
);
verdict.figure('an estimate, at most each 250 ms', learning.learn.nanos / 1_000, 'us');

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const carried = await sideBySide(inTurn);
print('with a context manager', carried);
verdict.close();
