import AdaptiveTimeoutPackage from 'adaptive-timeout';
import { BUCKETS, bucketOf, midpoint } from '../../src/stats/log-linear.ts';

/** A way to choose timeouts. */
export interface Policy {
  /** How long the next call may take, in milliseconds. */
  get(): number;
  /** A call completed. */
  completed(durationMillis: number): void;
  /** A call was cut. */
  cut(timeoutMillis: number): void;
}

const [MIN, MAX, INITIAL] = [5, 30_000, 5_000];
/** Values that a percentile is taken of. */
const WINDOW = 5_000;

export function fixed(millis: number): Policy {
  return { get: () => millis, completed() {}, cut() {} };
}

/** Three times the exponentially weighted mean of what completed. */
export function ewma(): Policy {
  let mean: number | undefined;
  return {
    get: () => (mean === undefined ? INITIAL : clamp(3 * mean)),
    completed: (duration) => void (mean = mean === undefined ? duration : mean + 0.1 * (duration - mean)),
    cut() {},
  };
}

/** The retransmission timeout of TCP: smoothed mean + 4 deviations, doubled by every timeout until something completes. */
export function rfc6298(): Policy {
  let [mean, deviation, backoff] = [NaN, 0, 1];
  return {
    get: () => (Number.isNaN(mean) ? INITIAL : clamp((mean + 4 * deviation) * backoff)),
    completed: (duration) => {
      backoff = 1;
      if (Number.isNaN(mean)) [mean, deviation] = [duration, duration / 2];
      else {
        deviation += (Math.abs(mean - duration) - deviation) / 4;
        mean += (duration - mean) / 8;
      }
    },
    cut: () => void (backoff = Math.min(64, backoff * 2)),
  };
}

/** A percentile of the last 5 000 calls that completed, as if there had been no others. */
export function percentile(ratio: number, factor: number): Policy {
  const counts = new Uint32Array(BUCKETS);
  const ring = new Uint16Array(WINDOW);
  let [seen, timeout] = [0, INITIAL];
  return {
    get: () => timeout,
    completed: (duration) => {
      const at = seen % WINDOW;
      if (seen >= WINDOW) counts[ring[at]!]!--;
      ring[at] = bucketOf(duration);
      counts[ring[at]]!++;
      seen++;
      if (seen >= 20 && seen % 25 === 0) timeout = clamp(factor * quantileOf(counts, Math.min(seen, WINDOW), ratio));
    },
    cut() {},
  };
}

/** npm `adaptive-timeout` with its own floor of 300 ms. It counts whole milliseconds of what completed; its jitter is all here that is not seeded. */
export function adaptiveTimeoutPackage(): Policy {
  const timeouts = new AdaptiveTimeoutPackage({ min: 300, max: MAX });
  return {
    get: () => timeouts.get('operation'),
    completed: (duration) => void timeouts.put('operation', Math.round(duration)),
    cut() {},
  };
}

function quantileOf(counts: Uint32Array, count: number, ratio: number): number {
  const rank = Math.ceil(ratio * count);
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += counts[bucket]!;
    if (seen >= rank) return midpoint(bucket);
  }
  return MAX;
}

function clamp(millis: number): number {
  return Math.min(Math.max(millis, MIN), MAX);
}
