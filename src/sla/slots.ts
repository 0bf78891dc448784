/**
 * The time grid of all SLA windows: base slots of 5 s, and the tiers of wider slots built from them. Slots are aligned to
 * the epoch, so that the windows of several processes cut time at the same places.
 */
const SLOT_MILLIS = 5_000;

/** The shortest window that can be asked for, and the unit in which slots are counted. */
export const SHORTEST_WINDOW_MILLIS: number = SLOT_MILLIS;
/** The longest window that can be promised. */
export const LONGEST_WINDOW_MILLIS: number = 366 * 86_400_000;

/** 5 s up to 5 m, 1 m up to 6 h, 30 m up to 3 d; beyond, 6 h. */
const TIERS = [
  [1, 60],
  [12, 360],
  [360, 144],
] as const;
const WIDEST = 4_320;

/** The base slot of a moment. */
export function slotOf(millis: number): number {
  return Math.floor(millis / SLOT_MILLIS);
}

/** When a base slot begins. */
export function startOf(slot: number): number {
  return slot * SLOT_MILLIS;
}

/** How many base slots a window covers. */
export function slotsIn(windowMillis: number): number {
  return Math.max(1, Math.ceil(windowMillis / SLOT_MILLIS));
}

/** The tiers that answer every window up to `windowMillis`, as [width in base slots, number of slots]. */
export function tiersFor(windowMillis: number): (readonly [width: number, length: number])[] {
  const slots = slotsIn(windowMillis);
  const enough = TIERS.findIndex(([width, length]) => width * length >= slots);
  if (enough >= 0) return TIERS.slice(0, enough + 1);
  return [...TIERS, [WIDEST, Math.ceil(slots / WIDEST)]];
}
