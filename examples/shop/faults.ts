import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from './service-names.ts';

/** A share of a service's requests fails with a 500, a share waits longer than usual. */
export interface Fault {
  readonly service: ServiceName;
  readonly title: string;
  readonly errorRatio: number;
  readonly slowRatio: number;
  readonly slowMillis: number;
}

export interface Episode {
  readonly fault: Fault | undefined;
  readonly millis: number;
}

export const faults: readonly Fault[] = [
  { service: 'payment', title: 'payment fails one charge in thirty', errorRatio: 1 / 30, slowRatio: 0, slowMillis: 0 },
  {
    service: 'payment',
    title: 'payment is slow, +300 ms for every third charge',
    errorRatio: 0,
    slowRatio: 1 / 3,
    slowMillis: 300,
  },
  {
    service: 'inventory',
    title: 'inventory fails one request in fifty',
    errorRatio: 1 / 50,
    slowRatio: 0,
    slowMillis: 0,
  },
];

/** Calm and fault in turn, for ever; each fault comes once before any comes again. */
export function* schedule(random: () => number): Generator<Episode, never> {
  yield { fault: undefined, millis: 6_000 };
  for (;;) {
    const round = [...faults];
    while (round.length > 0) {
      const [fault] = round.splice(Math.floor(random() * round.length), 1);
      yield { fault, millis: 8_000 + random() * 8_000 };
      yield { fault: undefined, millis: 20_000 + random() * 25_000 };
    }
  }
}

/** Plays episodes until the signal aborts, and tells each change. */
export async function play(
  episodes: Iterable<Episode>,
  tell: (fault: Fault | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const { fault, millis } of episodes) {
    tell(fault);
    // The only rejection of this wait is the abort.
    await sleep(millis, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

/** What one request of the faulty service goes through: nothing, a wait, or an error. */
export async function strike(fault: Fault | undefined, random: () => number): Promise<void> {
  if (fault === undefined) return;
  if (random() < fault.errorRatio) throw new Error(fault.title);
  if (random() < fault.slowRatio) await sleep(fault.slowMillis);
}
