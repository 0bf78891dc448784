import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { settle } from '../support/held-work.ts';
import { grpc, GuardedStock, type MadeCall } from './guarded-stock.ts';
import { Relay } from './relay.ts';

interface CallStep {
  readonly kind: 'call';
  /** When the server answers, or the code with which it does so at once. */
  readonly answer: 'now' | 'later' | 'never' | number;
  readonly deadlineMillis?: number;
  readonly waitForReady: boolean;
}

interface StepAtCall {
  /** The caller gives a call up; or the server answers one that it held. */
  readonly kind: 'cancel' | 'answer';
  readonly which: number;
}

/** All connections drop; or whatever needs no time happens. */
interface StepAround {
  readonly kind: 'drop' | 'turn';
}

type Step = CallStep | StepAtCall | StepAround;

const callStep = fc.record(
  {
    kind: fc.constant('call' as const),
    answer: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('now' as const, 'later' as const, 'never' as const) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 16 }) },
    ),
    deadlineMillis: fc.integer({ min: -1, max: 30 }),
    waitForReady: fc.boolean(),
  },
  { requiredKeys: ['kind', 'answer', 'waitForReady'] },
);
const atCall = fc.record({ kind: fc.constantFrom('cancel' as const, 'answer' as const), which: fc.nat(20) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: callStep },
  { weight: 2, arbitrary: atCall },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'drop' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'turn' }) },
);

describe('guarded gRPC calls, whatever server and callers do', () => {
  it('are answered and counted once each, and leave no slot taken', async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(steps, (each) => play(each)),
      { numRuns: 40 },
    );
  });
});

async function play(steps: readonly Step[]): Promise<void> {
  await using stock = await GuardedStock.start();
  using relay = await Relay.start(stock.server.address);
  stock.server.address = relay.address;
  stock.guard({
    bulkhead: { maxConcurrent: 2, maxQueue: 3, queueTimeout: '20ms', failureThreshold: 50, isolationThreshold: 80 },
    timeout: { initial: '40ms', max: '40ms' },
  });
  const [made, held]: [MadeCall[], (() => void)[]] = [[], []];
  const answers: number[] = [];
  stock.server.answer = (call, callback) => {
    const answer = call.metadata.get('answer')[0];
    const give = (): void => callback(null, { count: 1 });
    if (answer === 'now') give();
    else if (answer === 'later') held.push(give);
    else if (answer !== 'never') callback({ code: Number(answer) });
  };
  const begin = ({ answer, deadlineMillis, waitForReady }: CallStep): void => {
    const metadata = new grpc.Metadata({ waitForReady });
    metadata.set('answer', String(answer));
    const options = deadlineMillis === undefined ? {} : { deadline: Date.now() + deadlineMillis };
    const call = stock.get(options, stock.client, metadata);
    const number = answers.push(0) - 1;
    call.call.on('status', () => answers[number]!++);
    made.push(call);
  };
  for (const each of steps) {
    if (each.kind === 'call') begin(each);
    else if (each.kind === 'cancel') made[each.which]?.call.cancel();
    else if (each.kind === 'answer') held[each.which]?.();
    else if (each.kind === 'drop') relay.drop();
    else await settle();
  }
  for (const give of held) give();
  await Promise.all(made.map(({ settled }) => settled));
  await stock.idle();
  assert.deepEqual(
    answers,
    made.map(() => 1),
  );
  const ends = Object.values(stock.counts).reduce((sum, count) => sum + count, 0);
  assert.equal(ends, made.length);
}
