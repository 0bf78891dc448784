/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The wait until the next arrival when arrivals are independent of each other and come `perSecond` on average. */
export function arrivalGapMillis(random: () => number, perSecond: number): number {
  return (-Math.log(1 - random()) * 1000) / perSecond;
}

/** A work time as services have them: around `typical`, never under half of it, now and then several times as long. */
export function workMillis(random: () => number, typical: number): number {
  return typical * (0.5 - Math.log(1 - random()) * 0.5);
}
