import { median } from '../measure.ts';
import type { Given } from './replay.ts';
import type { Scenario } from './scenarios.ts';
import { type Arrival, longerAt, oracle } from './traffic.ts';

/** How timeouts did. Shares are those that the true distribution gives the timeouts, not counts of what chance made of them. */
export interface Score {
  readonly falseShare: number;
  readonly ratio: number;
  /** Not a number where every call completes. */
  readonly waste: number;
  readonly ratioAfter: number;
  readonly upSeconds: number;
  readonly downSeconds: number;
  readonly falseAfterUp: number;
}

/** A timeout has come up when it is at least this part of the oracle's, and down when it is at most that. */
const [UP, DOWN] = [0.7, 1.5];

export function score(
  { traffic, falseTimeoutRate, fromSecond, step, restored }: Scenario,
  calls: readonly Arrival[],
  given: Given,
): Score {
  const truth = oracle(traffic, falseTimeoutRate);
  const [cut, ratios, cutAfterUp, after] = [new Mean(), new Mean(), new Mean(), new Mean()];
  let [waited, truthWaited, up, down] = [0, 0, Infinity, Infinity];
  for (const [index, { atMillis, tookMillis }] of calls.entries()) {
    const second = atMillis / 1_000;
    const timeout = given[index]!;
    const best = truth(second);
    if (second < fromSecond) continue;
    if (tookMillis === Infinity) {
      waited += timeout;
      truthWaited += best;
      continue;
    }
    const share = longerAt(traffic, second, timeout);
    cut.add(share);
    ratios.add(timeout / best);
    if (restored !== undefined && second >= restored && second < restored + 10) after.add(timeout / best);
    if (!step) continue;
    if (second >= step.up && second < step.up + 30) cutAfterUp.add(share);
    if (second >= step.up && second < step.down && timeout >= UP * best) up = Math.min(up, second - step.up);
    if (second >= step.down && timeout <= DOWN * best) down = Math.min(down, second - step.down);
  }
  return {
    falseShare: cut.value,
    ratio: ratios.value,
    waste: truthWaited > 0 ? waited / truthWaited : NaN,
    ratioAfter: after.value,
    upSeconds: step ? up : NaN,
    downSeconds: step ? down : NaN,
    falseAfterUp: step ? cutAfterUp.value : NaN,
  };
}

/** What several runs say together: means of shares, medians of times. */
export function together(scores: readonly Score[]): Score {
  const mean = (of: (score: Score) => number): number =>
    scores.reduce((sum, each) => sum + of(each), 0) / scores.length;
  return {
    falseShare: mean((each) => each.falseShare),
    ratio: mean((each) => each.ratio),
    waste: mean((each) => each.waste),
    ratioAfter: mean((each) => each.ratioAfter),
    upSeconds: median(scores.map((each) => each.upSeconds)),
    downSeconds: median(scores.map((each) => each.downSeconds)),
    falseAfterUp: mean((each) => each.falseAfterUp),
  };
}

class Mean {
  #sum = 0;
  #count = 0;

  get value(): number {
    return this.#sum / this.#count;
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }
}
