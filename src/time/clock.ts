/** The present moment in milliseconds. SLA windows want a wall clock, guards a monotonic one. */
export type Clock = () => number;

/** Milliseconds since the Unix epoch. Steps when the machine's time is set. */
export const wallClock: Clock = () => Date.now();

const { performance: found, setTimeout: timer } = globalThis;

/**
 * Milliseconds since the process began. Never steps. Looking `performance` up costs nearly as much as reading it, so that is
 * left to those who have replaced the timers: a test that stops the clock replaces both.
 */
export const monotonicClock: Clock = () => (setTimeout === timer ? found.now() : performance.now());
