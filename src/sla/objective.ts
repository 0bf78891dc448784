import type { Duration } from '../time/duration.ts';
import type { SpanKindName } from './span-kind.ts';

/** What an objective promises. Every metric becomes good and bad events and a least share of good ones. */
export type Objective = ObjectiveScope & ObjectiveTarget;

/** Whom an objective is about, and over which time. */
export interface ObjectiveScope {
  /**
   * How it is called in metrics and reports; unique among the objectives. Default: made of the operation, the metric, the
   * percentile, the slices and the window, e.g. `availability`, `POST /orders response_time_p95`, `availability_by_1m`,
   * `availability_7d`.
   */
  name?: string;
  /** The service, exact or with `*` and `?`; a pattern gives each service that appears its own copy. Default `'*'`. */
  service?: string;
  /** The operation, exact or a pattern. Default: the whole service. */
  operation?: string;
  /** Which spans count. Default: all kinds but `'internal'`. */
  kind?: SpanKindName | SpanKindName[];
  /** The time over which the promise holds: the latest 5 s to 366 d, or a period of the calendar. Default `'30d'`. */
  window?: Duration | CalendarWindow;
  /** Under so many events in the window there is no verdict (`no_data`). At least 1. Default: `minEvents` of the options. */
  minEvents?: number;
}

/** Periods of the calendar, one after the other, such as months. Each begins with an untouched error budget. */
export interface CalendarWindow {
  /** How long a period is: a count and `d`, `w`, `M`, `Q` or `Y`, such as `'1M'`; 366 d at most. */
  every: string;
  /**
   * When one of the periods begins, which all others are aligned to: local time as `'YYYY-MM-DD HH:mm:ss'`, the time or
   * its seconds may be left out, at a multiple of 5 s. Default: `'1970-01-01 00:00:00'`, for weeks the Monday after.
   */
  startTime?: string;
  /** The time zone of the calendar, by its IANA name. Default `'UTC'`. */
  timeZone?: string;
}

/** What is promised. */
export type ObjectiveTarget =
  | {
      /** The least share of requests that succeed. */
      metric: 'availability';
      /** Over 0 and under 1, e.g. `0.999`; with `slice` 1 is allowed too. */
      target: number;
      /** Judges slices of time instead of requests, 1 s to the window: one is good when it keeps `target`. Default: requests. */
      slice?: Duration;
      /** With `slice`: the least share of good slices, over 0 and under 1. Default 0.99. */
      sliceRatio?: number;
    }
  | {
      /** The greatest share of requests that fail. */
      metric: 'error_rate';
      /** Over 0 and under 1, e.g. `0.01`; with `slice` 0 is allowed too. */
      target: number;
      /** Judges slices of time instead of requests, 1 s to the window: one is good when it keeps `target`. Default: requests. */
      slice?: Duration;
      /** With `slice`: the least share of good slices, over 0 and under 1. Default 0.99. */
      sliceRatio?: number;
    }
  | {
      /** The share `percentile` of the requests succeed within the target. */
      metric: 'response_time';
      /** Over 0 and at most `maxDuration` of the options, e.g. `'300ms'`. */
      target: Duration;
      /** Over 0 and under 1; with `slice` 1 is allowed too. Default 0.95. */
      percentile?: number;
      /** Judges slices of time instead of requests, 1 s to the window: one is good when it keeps `percentile`. Default: requests. */
      slice?: Duration;
      /** With `slice`: the least share of good slices, over 0 and under 1. Default 0.99. */
      sliceRatio?: number;
    }
  | {
      /** The share `sliceRatio` of the slices carry at least the target. */
      metric: 'throughput';
      /** Requests a second, over 0. */
      target: number;
      /** The length of a slice, 1 s to the window. Default `'1m'`. */
      slice?: Duration;
      /** The least share of good slices, over 0 and under 1. Default 0.99. */
      sliceRatio?: number;
    };

/** Defaults of an objective's optional fields. */
export const OBJECTIVE_DEFAULTS: {
  readonly service: string;
  readonly window: Duration;
  readonly percentile: number;
  readonly slice: Duration;
  readonly sliceRatio: number;
} = { service: '*', window: '30d', percentile: 0.95, slice: '1m', sliceRatio: 0.99 };
