/**
 * What one call through a bulkhead costs, durations and counts included, beside a bare await and beside bulkheads of other
 * packages, which measure nothing; what draining a queue costs; what is left behind. Run: `npm run bench`.
 */
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { bulkhead as cockatielBulkhead } from 'cockatiel';
import CircuitBreaker from 'opossum';
import pLimit from 'p-limit';
import { Bulkhead } from '../src/bulkhead/index.ts';
import { sharedTimer } from '../src/time/deadline-timer.ts';
import { extraNanos, median, type Measured, ratio } from './measure.ts';
import { atOnce, inTurn, measureAsync } from './measure-async.ts';
import { Verdict } from './verdict.ts';

const WIDTH = 1_000;
const QUEUED = 100_000;
const KEPT = 1_000_000;

/** The least that a client does: it awaits a response, then its body. Both are there. */
const body = Promise.resolve({ paid: true });
const response = Promise.resolve({ json: () => body });
async function request(): Promise<number> {
  const received = await response;
  return Number((await received.json()).paid);
}
async function work(): Promise<boolean> {
  return (await request()) === 1;
}

/** What most write by hand: a counter around an await. */
let running = 0;
async function byHand<T>(fn: () => Promise<T>): Promise<T> {
  if (running >= WIDTH) throw new Error('full');
  running++;
  try {
    return await fn();
  } finally {
    running--;
  }
}

const ours = new Bulkhead({ name: 'ours', maxConcurrent: WIDTH });
const theirs = cockatielBulkhead(WIDTH, 0);
const breaker = new CircuitBreaker(work, { capacity: WIDTH, timeout: false });
const limit = pLimit(WIDTH);
const calls = {
  bare: work,
  byHand: () => byHand(work),
  ours: () => ours.run(work),
  cockatiel: () => theirs.execute(work),
  pLimit: () => limit(work),
  opossum: () => breaker.fire(),
};
type Name = keyof typeof calls;

async function sideBySide(
  around: (call: () => Promise<unknown>) => (calls: number) => Promise<void>,
): Promise<Record<Name, Measured>> {
  const cases = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, around(call)]));
  return measureAsync(cases as Record<Name, (calls: number) => Promise<void>>, { rounds: 31, calls: 20_000 });
}

/** Microseconds a call to drain a queue of synchronous works. */
async function drain(enter: (fn: () => unknown) => Promise<unknown>): Promise<number> {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const all = [enter(() => gate), ...Array.from({ length: QUEUED }, (_, index) => enter(() => index))];
  const start = process.hrtime.bigint();
  open();
  await Promise.all(all);
  return Number(process.hrtime.bigint() - start) / 1_000 / QUEUED;
}

async function medianDrain(make: () => (fn: () => unknown) => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < 7; round++) {
    globalThis.gc?.();
    taken.push(await drain(make()));
  }
  return median(taken);
}

function print(title: string, measured: Record<Name, Measured>): void {
  verdict.figure(`${title}: bare await`, measured.bare.nanos, 'ns');
  for (const name of Object.keys(calls) as Name[])
    if (name !== 'bare') verdict.figure(`${title}: ${name}`, measured[name].nanos, 'ns');
  verdict.figure(`${title}: ours, more than bare`, extraNanos(measured.ours, measured.bare), 'ns');
  verdict.figure(`${title}: bare, allocated`, measured.bare.bytes, 'B');
  verdict.figure(`${title}: ours, allocated`, measured.ours.bytes, 'B');
  verdict.most(`${title}: ours to a bare await`, ratio(measured.ours, measured.bare), 2.5, 'x');
  verdict.most(`${title}: ours to cockatiel`, ratio(measured.ours, measured.cockatiel), 1.5, 'x');
}

const verdict = new Verdict('A call through a bulkhead (median of interleaved rounds)');
print('1 in flight', await sideBySide(inTurn));
print('1 000 in flight', await sideBySide((call) => atOnce(WIDTH, call)));

const drained = await medianDrain(() => {
  const bulkhead = new Bulkhead({ name: 'drained', maxConcurrent: 1, maxQueue: QUEUED });
  return (fn) => bulkhead.run(fn);
});
verdict.most('draining 100 000 queued, a call', drained, 4, 'us');
verdict.figure(
  'p-limit, the same',
  await medianDrain(() => {
    const limited = pLimit(1);
    return (fn) => limited(fn);
  }),
  'us',
);

const bounded = new Bulkhead({ name: 'bounded', maxConcurrent: 10, maxQueue: 90, queueTimeout: '1m' });
await atOnce(100, () => bounded.run(work, { timeout: '1m' }))(KEPT);
verdict.most('timers kept after 1 000 000 calls', sharedTimer().size, 0, '');

// What the context costs that carries the signal, where an SDK is there to carry it.
context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const carried = await sideBySide(inTurn);
verdict.figure('with a context manager: bare await', carried.bare.nanos, 'ns');
verdict.figure('with a context manager: ours', carried.ours.nanos, 'ns');
verdict.figure('with a context manager: cockatiel', carried.cockatiel.nanos, 'ns');
verdict.close();
