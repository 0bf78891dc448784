import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bulkhead } from '../../src/bulkhead/bulkhead.ts';
import { BulkheadModel, type ModelCall, MODELLED } from '../support/bulkhead-model.ts';
import { HeldWork, settle, watch, type Watched } from '../support/held-work.ts';
import { StoppedClock } from '../support/stopped-clock.ts';

/** A real call beside its model. */
interface RealCall {
  readonly work: HeldWork;
  readonly seen: Watched;
  readonly controller: AbortController;
}

interface Real {
  readonly time: StoppedClock;
  readonly bulkhead: Bulkhead;
  readonly calls: RealCall[];
}

/** Picks the calls that a command may be about. */
type Among = (model: Pick<BulkheadModel, 'running' | 'open'>) => ModelCall[];
type Step = (model: BulkheadModel, real: Real) => void;

let executed = 0;

/** One step of the random walk. Which call it takes is a number, taken modulo those there are. */
class Command implements fc.AsyncCommand<BulkheadModel, Real> {
  readonly #name: string;
  readonly #among: Among | undefined;
  readonly #step: Step;

  constructor(name: string, step: Step, among?: Among) {
    this.#name = name;
    this.#step = step;
    this.#among = among;
  }

  check(model: Readonly<BulkheadModel>): boolean {
    return this.#among === undefined || this.#among(model).length > 0;
  }

  async run(model: BulkheadModel, real: Real): Promise<void> {
    executed++;
    this.#step(model, real);
    await settle();
    compare(model, real);
  }

  toString(): string {
    return this.#name;
  }
}

/** A command about one of some calls. */
function onOne(
  name: string,
  among: Among,
  step: (model: BulkheadModel, modelled: ModelCall, real: RealCall) => void,
): fc.Arbitrary<Command> {
  return fc.nat({ max: 20 }).map((pick) => {
    const take: Step = (model, real) => {
      const some = among(model);
      const modelled = some[pick % some.length]!;
      step(model, modelled, real.calls[model.calls.indexOf(modelled)]!);
    };
    return new Command(`${name}(${pick})`, take, among);
  });
}

const run = fc.record({ priority: fc.constantFrom(0, 0, 0, 1, -1), timeout: fc.constantFrom(undefined, 10 ** 9) });
const commands = [
  run.map(({ priority, timeout }) => {
    const enter: Step = (model, { bulkhead, calls }) => {
      const [work, controller] = [new HeldWork(), new AbortController()];
      const options = { priority, signal: controller.signal, ...(timeout && { timeout }) };
      calls.push({ work, controller, seen: watch(bulkhead.run(work.run, options)) });
      model.run(priority, true);
    };
    return new Command(`run(${priority}, ${timeout})`, enter);
  }),
  fc.constant(
    new Command('run without options', (model, { bulkhead, calls }) => {
      const work = new HeldWork();
      const controller = new AbortController();
      calls.push({ work, controller, seen: watch(bulkhead.run(work.run)) });
      model.run();
    }),
  ),
  onOne(
    'finish',
    (model) => model.running,
    (model, modelled, { work }) => {
      work.finish();
      model.end(modelled, 'done');
    },
  ),
  onOne(
    'fail',
    (model) => model.running,
    (model, modelled, { work }) => {
      work.fail();
      model.end(modelled, 'failed');
    },
  ),
  onOne(
    'abort',
    (model) => model.open.filter(({ isAbortable }) => isAbortable),
    (model, modelled, { controller }) => {
      controller.abort(new Error('aborted'));
      model.abort(modelled);
    },
  ),
  fc.integer({ min: 1, max: 6 }).map(
    (max) =>
      new Command(`resize(${max})`, (model, { bulkhead }) => {
        bulkhead.resize(max);
        model.resize(max);
      }),
  ),
  fc.constantFrom(1, 2, 5, 10, 20, 35, 50, 61).map(
    (seconds) =>
      new Command(`pass(${seconds} s)`, (model, { time }) => {
        time.pass(seconds * 1_000);
        model.pass(seconds);
      }),
  ),
];
const rare = [
  fc.constant(
    new Command('isolate', (model, { bulkhead }) => {
      bulkhead.isolate();
      model.isolate();
    }),
  ),
  fc.constant(
    new Command('reset', (model, { bulkhead }) => {
      bulkhead.reset();
      model.reset();
    }),
  ),
];

function compare(model: BulkheadModel, { bulkhead, calls }: Real): void {
  const { state, capacity, inFlight, queued, overrun, failures } = bulkhead.snapshot();
  assert.deepEqual(
    { state, capacity, inFlight, queued, overrun, failures },
    {
      state: model.state,
      capacity: model.capacity,
      inFlight: model.running.length,
      queued: model.waiting.length,
      overrun: model.overrun,
      failures: model.failures,
    },
  );
  assert.deepEqual(
    calls.map(answerOf),
    model.calls.map(({ answer }) => answer),
  );
  // Work is begun once or never, and what has begun never waited on.
  assert.ok(calls.every(({ work }) => work.starts <= 1));
  for (const [index, { stage }] of model.calls.entries())
    if (stage !== 'gone') assert.equal(calls[index]?.work.starts, stage === 'running' ? 1 : 0);
}

function answerOf({ seen }: RealCall): string | undefined {
  if (seen.outcome === 'pending') return undefined;
  if (seen.outcome === 'done') return 'done';
  const { message, reason = message } = seen.error as { message: string; reason?: string };
  return reason;
}

describe('a bulkhead, beside its model', () => {
  it('does as the model says over 10 000 commands, and loses no caller', async function () {
    this.timeout(60_000);
    executed = 0;
    const walk = fc.commands([...commands, ...commands, ...rare], { maxCommands: 90, size: 'max' });
    await fc.assert(
      fc.asyncProperty(walk, async (steps) => {
        const time = new StoppedClock();
        try {
          const bulkhead = new Bulkhead({ name: 'modelled', ...MODELLED, clock: time.clock });
          const model = new BulkheadModel();
          const real: Real = { time, bulkhead, calls: [] };
          await fc.asyncModelRun(() => ({ model, real }), steps);
          for (const { work } of real.calls) work.finish();
          const stopped = bulkhead.shutdown();
          await settle();
          for (const { work } of real.calls) work.finish();
          await stopped;
          assert.ok(real.calls.every(({ seen }) => seen.outcome !== 'pending'));
          const { inFlight, queued, overrun, calls } = bulkhead.snapshot();
          assert.deepEqual([inFlight, queued, overrun, time.timers], [0, 0, 0, 0]);
          const { success, failure, timeout, cancelled, rejected } = calls;
          const answers = [success, failure, timeout, cancelled, ...Object.values(rejected)];
          assert.equal(
            answers.reduce((sum, each) => sum + each, 0),
            real.calls.length,
          );
        } finally {
          time.restore();
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(executed >= 10_000, `${executed} commands`);
  });
});
