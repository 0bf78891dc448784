import { exponential, seeded } from './random.ts';
import { quantile, type Shape } from './shapes.ts';

/** Calls to one operation over time. */
export interface Traffic {
  readonly shape: Shape;
  readonly seconds: number;
  readonly callsPerSecond: number;
  /** How many times as long as the shape says calls take at a moment. Default 1. */
  readonly scale?: (second: number) => number;
  /** The share of calls that never complete at a moment. Default 0. */
  readonly stalled?: (second: number) => number;
}

/** One call: when it comes, and how long its work takes; infinite where it never ends. */
export interface Arrival {
  readonly atMillis: number;
  readonly tookMillis: number;
}

export function arrivals(traffic: Traffic, seed: number): Arrival[] {
  const random = seeded(seed);
  const made: Arrival[] = [];
  for (let at = 0; ;) {
    at += (exponential(random) * 1000) / traffic.callsPerSecond;
    const second = at / 1000;
    if (second >= traffic.seconds) return made;
    const took = traffic.shape.draw(random) * scaleAt(traffic, second);
    const dead = random() < (traffic.stalled?.(second) ?? 0);
    made.push({ atMillis: at, tookMillis: dead ? Infinity : took });
  }
}

/** The share of completing calls that take longer at a moment. */
export function longerAt(traffic: Traffic, second: number, millis: number): number {
  return traffic.shape.longer(millis / scaleAt(traffic, second));
}

/** The timeout of one who knows the truth. */
export function oracle(traffic: Traffic, rate: number): (second: number) => number {
  const base = quantile(traffic.shape, rate);
  return (second) => base * scaleAt(traffic, second);
}

function scaleAt(traffic: Traffic, second: number): number {
  return traffic.scale?.(second) ?? 1;
}
