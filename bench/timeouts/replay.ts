import { AdaptiveTimeout } from '../../src/timeout/index.ts';
import { FakeTime } from './fake-time.ts';
import type { Policy } from './policies.ts';
import type { Arrival } from './traffic.ts';

/** The timeout that each call was given, in their order. */
export type Given = Float64Array;

/** Drives `AdaptiveTimeout.run` through the calls. */
export async function replayOurs(calls: readonly Arrival[], falseTimeoutRate: number): Promise<Given> {
  const time = new FakeTime();
  const timeouts = new AdaptiveTimeout({ clock: time.clock, falseTimeoutRate });
  const given = new Float64Array(calls.length);
  const start = (index: number): void => {
    const { tookMillis } = calls[index]!;
    void timeouts
      .run('operation', ({ timeoutMillis }) => {
        given[index] = timeoutMillis;
        return work(time, tookMillis);
      })
      .catch(() => undefined);
    arriveNext(time, calls, index + 1, start);
  };
  arriveNext(time, calls, 0, start);
  await time.run(calls.at(-1)!.atMillis + 1, 'each event');
  await timeouts.shutdown();
  return given;
}

/** The same calls with another way to choose timeouts. */
export async function replay(calls: readonly Arrival[], policy: Policy): Promise<Given> {
  const time = new FakeTime();
  const given = new Float64Array(calls.length);
  const start = (index: number): void => {
    const { tookMillis } = calls[index]!;
    const timeout = policy.get();
    given[index] = timeout;
    if (tookMillis <= timeout) time.at(time.clock() + tookMillis, () => policy.completed(tookMillis));
    else time.at(time.clock() + timeout, () => policy.cut(timeout));
    arriveNext(time, calls, index + 1, start);
  };
  arriveNext(time, calls, 0, start);
  await time.run(calls.at(-1)!.atMillis + 1);
  return given;
}

function arriveNext(time: FakeTime, calls: readonly Arrival[], index: number, start: (index: number) => void): void {
  const next = calls[index];
  if (next) time.at(next.atMillis, () => start(index));
}

function work(time: FakeTime, tookMillis: number): Promise<undefined> {
  return new Promise((resolve) => {
    if (tookMillis < Infinity) time.at(time.clock() + tookMillis, () => resolve(undefined));
  });
}
