/** The present moment in milliseconds. SLA windows want a wall clock, guards a monotonic one. */
export type Clock = () => number;

/** Milliseconds since the Unix epoch. Steps when the machine's time is set. */
export const wallClock: Clock = () => Date.now();

/** Milliseconds since the process began. Never steps. */
export const monotonicClock: Clock = () => performance.now();
