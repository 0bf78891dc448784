import type { Calendar } from '../time/calendar.ts';
import { type Duration, formatDuration, parseDuration } from '../time/duration.ts';
import { type BurnPair, burnPairs } from './burn-rate.ts';
import { resolveCalendarWindow } from './calendar-window.ts';
import { glob, isGlob, type Match } from './glob.ts';
import { type CalendarWindow, type Objective, OBJECTIVE_DEFAULTS } from './objective.ts';
import { INTERNAL, SPAN_KINDS } from './span-kind.ts';

/** An objective with everything filled in and turned into good and bad events. Made only from what passed validation. */
export interface ResolvedObjective {
  readonly name: string;
  readonly metric: Objective['metric'];
  /** The service as it was declared. */
  readonly service: string;
  readonly serviceIsPattern: boolean;
  readonly matchesService: Match;
  readonly operation: string | undefined;
  readonly operationIsPattern: boolean;
  readonly matchesOperation: Match;
  /** By span kind number. */
  readonly kinds: readonly boolean[];
  /** Whether the kinds were named: only then do a service's calls to itself count at the calling side. */
  readonly kindsNamed: boolean;
  /** The window's length; of a calendar's period, what it is taken to last. */
  readonly windowMillis: number;
  /** How long ago an event in the window may be. */
  readonly reachMillis: number;
  /** Such as `30d`, or `1M@Europe/Berlin`. */
  readonly window: string;
  /** Where the window is the present period of a calendar. */
  readonly calendar: Calendar | undefined;
  readonly minEvents: number;
  /** The least share of good events. */
  readonly target: number;
  /** 1 - target. */
  readonly budgetRatio: number;
  /** A request is good only up to this duration; infinite unless the metric is `response_time`. */
  readonly thresholdMillis: number;
  /** Where slices of time are judged instead of requests: their length, and what each is held to. */
  readonly slice: ThroughputSlice | RatioSlice | undefined;
  readonly pairs: readonly BurnPair[];
  /** Counts taken under one rule can be carried over to an objective with the same one. */
  readonly countingRule: string;
}

/** A slice that is held to a number of requests. */
export interface ThroughputSlice {
  readonly millis: number;
  readonly leastRequests: number;
  readonly perSecond: number;
}

/** A slice that is held to a share of good requests. */
export interface RatioSlice {
  readonly millis: number;
  /** The least share of good requests, and the greatest of bad ones. */
  readonly targetRatio: number;
  readonly budgetRatio: number;
}

/** Fills in the defaults of an objective that passed validation. */
export function resolveObjective(objective: Objective, defaults: { minEvents: number }): ResolvedObjective {
  const service = objective.service ?? OBJECTIVE_DEFAULTS.service;
  const { operation } = objective;
  const window = windowOf(objective.window ?? OBJECTIVE_DEFAULTS.window);
  const slice = sliceOf(objective);
  const target =
    slice === undefined ? leastGoodRatio(objective) : (objective.sliceRatio ?? OBJECTIVE_DEFAULTS.sliceRatio);
  const budgetRatio = slice === undefined ? greatestBadRatio(objective) : complement(target);
  const thresholdMillis = objective.metric === 'response_time' ? parseDuration(objective.target)! : Infinity;
  const kinds = kindsOf(objective.kind);
  return {
    name: objective.name ?? defaultName(objective),
    metric: objective.metric,
    service,
    serviceIsPattern: isGlob(service),
    matchesService: glob(service),
    operation,
    operationIsPattern: operation !== undefined && isGlob(operation),
    matchesOperation: operation === undefined ? () => true : glob(operation),
    kinds,
    kindsNamed: objective.kind !== undefined,
    ...window,
    minEvents: objective.minEvents ?? defaults.minEvents,
    target,
    budgetRatio,
    thresholdMillis,
    slice,
    pairs: burnPairs(window.windowMillis, budgetRatio).pairs,
    countingRule: JSON.stringify([countingUnit(slice, thresholdMillis), service, operation ?? null, kinds]),
  };
}

/** The name an objective has when none is given. */
export function defaultName(objective: Objective): string {
  const { operation, window = OBJECTIVE_DEFAULTS.window } = objective;
  const percentile =
    objective.metric === 'response_time' ? (objective.percentile ?? OBJECTIVE_DEFAULTS.percentile) : undefined;
  const what =
    percentile === undefined ? objective.metric : `${objective.metric}_p${Number((percentile * 100).toFixed(6))}`;
  const length = isCalendarWindow(window) ? window.every : formatDuration(parseDuration(window) ?? 0);
  const when = length === OBJECTIVE_DEFAULTS.window && !isCalendarWindow(window) ? '' : `_${length}`;
  const kinds = objective.kind === undefined ? '' : `_${[objective.kind].flat().join('_')}`;
  const slices =
    objective.metric === 'throughput' || objective.slice === undefined
      ? ''
      : `_by_${formatDuration(parseDuration(objective.slice) ?? 0)}`;
  return `${operation === undefined ? '' : `${operation} `}${what}${slices}${kinds}${when}`;
}

function windowOf(
  window: Duration | CalendarWindow,
): Pick<ResolvedObjective, 'windowMillis' | 'reachMillis' | 'window' | 'calendar'> {
  if (isCalendarWindow(window)) {
    const { nominalMillis, reachMillis, label, calendar } = resolveCalendarWindow(window);
    return { windowMillis: nominalMillis, reachMillis, window: label, calendar };
  }
  const windowMillis = parseDuration(window)!;
  return { windowMillis, reachMillis: windowMillis, window: formatDuration(windowMillis), calendar: undefined };
}

function isCalendarWindow(window: Duration | CalendarWindow): window is CalendarWindow {
  return typeof window === 'object';
}

/** The share of requests, or for `throughput` of slices, that has to be good. */
function leastGoodRatio(objective: Objective): number {
  switch (objective.metric) {
    case 'availability':
      return objective.target;
    case 'error_rate':
      return complement(objective.target);
    case 'response_time':
      return objective.percentile ?? OBJECTIVE_DEFAULTS.percentile;
    case 'throughput':
      return objective.sliceRatio ?? OBJECTIVE_DEFAULTS.sliceRatio;
  }
}

function greatestBadRatio(objective: Objective): number {
  return objective.metric === 'error_rate' ? objective.target : complement(leastGoodRatio(objective));
}

function sliceOf(objective: Objective): ResolvedObjective['slice'] {
  const { metric, target, slice } = objective;
  if (metric === 'throughput') {
    const millis = parseDuration(slice ?? OBJECTIVE_DEFAULTS.slice)!;
    return { millis, perSecond: target, leastRequests: withoutNoise((target * millis) / 1000) };
  }
  if (slice === undefined) return undefined;
  const [targetRatio, budgetRatio] = [leastGoodRatio(objective), greatestBadRatio(objective)];
  return { millis: parseDuration(slice)!, targetRatio, budgetRatio };
}

/** What an event is, and when it is good. */
function countingUnit(slice: ResolvedObjective['slice'], thresholdMillis: number): unknown {
  if (slice === undefined) return thresholdMillis;
  if ('perSecond' in slice) return ['slice', slice.millis, slice.leastRequests];
  return ['ratio_slice', slice.millis, slice.budgetRatio, thresholdMillis];
}

function kindsOf(kind: Objective['kind']): boolean[] {
  if (kind === undefined) return SPAN_KINDS.map((_, index) => index !== INTERNAL);
  const named = Array.isArray(kind) ? kind : [kind];
  return SPAN_KINDS.map((each) => named.includes(each));
}

/** 1 - ratio, to the decimals that the ratio has: of 0.999 it is 0.001, not 0.0010000000000000009. */
function complement(ratio: number): number {
  const decimals = /^0\.(\d+)$/.exec(String(ratio))?.[1]?.length;
  return decimals === undefined ? withoutNoise(1 - ratio) : Number((1 - ratio).toFixed(decimals));
}

/** Without the noise of binary fractions. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
