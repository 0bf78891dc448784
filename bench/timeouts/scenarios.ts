import { bimodal, gamma, lognormal, pareto, type Shape, weibull } from './shapes.ts';
import type { Traffic } from './traffic.ts';

/** A stretch of traffic, and what is asked of timeouts in it. */
export interface Scenario {
  readonly name: string;
  readonly traffic: Traffic;
  readonly falseTimeoutRate: number;
  /** Nothing is measured before: everybody may learn first. */
  readonly fromSecond: number;
  /** When calls become slower, and when they are as before. */
  readonly step?: { readonly up: number; readonly down: number };
  /** When calls complete again. */
  readonly restored?: number;
  readonly limits: Limits;
}

/** Figures to meet. */
export interface Limits {
  /** Share of completing calls that are cut. */
  readonly falseShare?: readonly [least: number, most: number];
  /** The timeout by the oracle's. */
  readonly ratio?: readonly [least: number, most: number];
  /** Time spent waiting for what never completes, by the oracle's. */
  readonly waste?: number;
  /** The timeout by the oracle's in the 10 s after calls complete again. */
  readonly ratioAfter?: readonly [least: number, most: number];
  readonly upSeconds?: number;
  readonly downSeconds?: number;
  /** The share cut in the 30 s after calls became slower. */
  readonly falseAfterUp?: number;
}

const STEADY: Limits = { falseShare: [0.0005, 0.0015], ratio: [0.9, 1.3] };

function steady(shape: Shape): Scenario {
  const traffic = { shape, seconds: 400, callsPerSecond: 100 };
  return { name: shape.name, traffic, falseTimeoutRate: 0.001, fromSecond: 60, limits: STEADY };
}

function rare(shape: Shape): Scenario {
  const traffic = { shape, seconds: 14_400, callsPerSecond: 0.5 };
  const limits = { falseShare: [0, 0.002] } as const;
  return { name: `${shape.name}, 0.5 calls/s`, traffic, falseTimeoutRate: 0.001, fromSecond: 600, limits };
}

function step(factor: number, limits: Limits, falseTimeoutRate = 0.001): Scenario {
  const [up, down] = [120, 240];
  const scale = (second: number): number => (second >= up && second < down ? factor : 1);
  const traffic = { shape: lognormal, seconds: 360, callsPerSecond: 100, scale };
  const name = `x${factor} and back${falseTimeoutRate === 0.001 ? '' : `, rate ${falseTimeoutRate * 100} %`}`;
  return { name, traffic, falseTimeoutRate, fromSecond: 60, step: { up, down }, limits };
}

function stalls(shape: Shape): Scenario {
  const traffic = { shape, seconds: 400, callsPerSecond: 100, stalled: () => 0.1 };
  const limits = { falseShare: [0, 0.002], waste: 1.2 } as const;
  return { name: `10 % stalls, ${shape.name}`, traffic, falseTimeoutRate: 0.001, fromSecond: 60, limits };
}

function outage(shape: Shape): Scenario {
  const stalled = (second: number): number => (second >= 120 && second < 180 ? 1 : 0);
  const traffic = { shape, seconds: 300, callsPerSecond: 100, stalled };
  const limits = { falseShare: [0, 0.0015], waste: 1.5, ratioAfter: [0.8, 1.5] } as const;
  return {
    name: `60 s outage, ${shape.name}`,
    traffic,
    falseTimeoutRate: 0.001,
    fromSecond: 60,
    restored: 180,
    limits,
  };
}

export const SCENARIOS: readonly Scenario[] = [
  steady(lognormal),
  steady(pareto),
  steady(bimodal),
  steady(weibull),
  steady(gamma),
  rare(lognormal),
  rare(pareto),
  step(8, { upSeconds: 6, downSeconds: 10 }),
  step(10, { upSeconds: 5, downSeconds: 15 }),
  step(10, { downSeconds: 15 }, 0.0005),
  step(50, { downSeconds: 15, falseAfterUp: 0.076 }),
  stalls(lognormal),
  stalls(pareto),
  outage(lognormal),
  outage(bimodal),
];
