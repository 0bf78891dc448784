import * as v from 'valibot';
import type { Objective } from '../../sla/objective.ts';
import { SPAN_KINDS } from '../../sla/span-kind.ts';
import { DURATION_FORM } from '../../time/duration.ts';
import { closedObject } from './closed-object.ts';
import { duration, name, oneOrMoreOf, optional, ratio, required, wholeNumber } from './scalars.ts';

type Metric = Objective['metric'];

const DAY = 86_400_000;
const METRICS: readonly Metric[] = ['availability', 'error_rate', 'response_time', 'throughput'];
const AN_OBJECTIVE = 'an object with a metric and a target';
const SHARE = 'a number over 0 and under 1 (an error budget of nothing, or of everything, has no burn rate)';
const WINDOW = `a duration of 5s to 366d (${DURATION_FORM}), or a period of the calendar such as { every: 1M }`;

const calendarWindow = closedObject('a period of the calendar such as { every: 1M }', {
  every: required(
    v.string('a period of the calendar of at most 366 days, such as 1d, 1w, 1M, 1Q, 1Y'),
    "How long a period is: a count and `d`, `w`, `M`, `Q` or `Y`, such as `'1M'`; 366 d at most.",
  ),
  startTime: optional(
    v.string('a local time such as 2026-01-01 00:00:00'),
    "When one of the periods begins, which all others are aligned to: local time as `'YYYY-MM-DD HH:mm:ss'`, the time or its seconds may be left out, at a multiple of 5 s. Default: `'1970-01-01 00:00:00'`, for weeks the Monday after.",
  ),
  timeZone: optional(
    v.string('the IANA name of a time zone, such as Europe/Berlin'),
    "The time zone of the calendar, by its IANA name. Default `'UTC'`.",
  ),
});

/** Fields that belong to one metric only, and what is said of them elsewhere. */
const MISPLACED = { percentile: 'nothing: it belongs to response_time' } as const;

/** What every objective may say. */
const scope = {
  name: optional(
    name('a string'),
    'How it is called in metrics and reports; unique among the objectives. Default: made of the operation, the metric, the percentile, the slices and the window, e.g. `availability`, `POST /orders response_time_p95`, `availability_by_1m`, `availability_7d`.',
  ),
  service: optional(
    name('a service name or pattern'),
    "The service, exact or with `*` and `?`; a pattern gives each service that appears its own copy. Default `'*'`.",
  ),
  operation: optional(
    name('an operation or pattern'),
    'The operation, exact or a pattern. Default: the whole service.',
  ),
  kind: optional(oneOrMoreOf(SPAN_KINDS), "Which spans count. Default: all kinds but `'internal'`."),
  window: optional(
    v.union([duration(5_000, 366 * DAY, WINDOW), calendarWindow], WINDOW),
    "The time over which the promise holds: the latest 5 s to 366 d, or a period of the calendar. Default `'30d'`.",
  ),
  minEvents: optional(
    wholeNumber(1),
    'Under so many events in the window there is no verdict (`no_data`). At least 1. Default: `minEvents` of the options.',
  ),
};

const sliceRatio = optional(
  ratio('a number over 0 and under 1, such as 0.99'),
  'With `slice`: the least share of good slices, over 0 and under 1. Default 0.99.',
);

const byMetric = [
  promise('availability', 'The least share of requests that succeed.', {
    target: required(share('over 0 to 1', SHARE), 'Over 0 and under 1, e.g. `0.999`; with `slice` 1 is allowed too.'),
    slice: slicesThatKeep('target'),
    sliceRatio,
  }),
  promise('error_rate', 'The greatest share of requests that fail.', {
    target: required(share('0 to under 1', SHARE), 'Over 0 and under 1, e.g. `0.01`; with `slice` 0 is allowed too.'),
    slice: slicesThatKeep('target'),
    sliceRatio,
  }),
  promise('response_time', 'The share `percentile` of the requests succeed within the target.', {
    target: required(duration(0), "Over 0 and at most `maxDuration` of the options, e.g. `'300ms'`."),
    percentile: optional(
      share('over 0 to 1', 'a number over 0 and under 1, such as 0.95'),
      'Over 0 and under 1; with `slice` 1 is allowed too. Default 0.95.',
    ),
    slice: slicesThatKeep('percentile'),
    sliceRatio,
  }),
  promise('throughput', 'The share `sliceRatio` of the slices carry at least the target.', {
    target: required(perSecond(), 'Requests a second, over 0.'),
    slice: optional(duration(1_000), "The length of a slice, 1 s to the window. Default `'1m'`."),
    sliceRatio: optional(
      ratio('a number over 0 and under 1, such as 0.99'),
      'The least share of good slices, over 0 and under 1. Default 0.99.',
    ),
  }),
] as const;

/** An {@link Objective}. */
export const objectiveSchema: v.GenericSchema = v.variant('metric', byMetric, ({ path }) =>
  path === undefined ? AN_OBJECTIVE : `one of ${METRICS.join(', ')}`,
);

function promise<const E extends v.ObjectEntries>(
  metric: Metric,
  description: string,
  fields: E,
): v.StrictObjectSchema<{ metric: v.GenericSchema } & E & typeof scope, undefined> {
  const literal = required(v.literal(metric, `one of ${METRICS.join(', ')}`), description);
  return closedObject(AN_OBJECTIVE, { metric: literal, ...fields, ...scope }, MISPLACED);
}

function slicesThatKeep(what: string): v.GenericSchema {
  return optional(
    duration(1_000),
    `Judges slices of time instead of requests, 1 s to the window: one is good when it keeps \`${what}\`. Default: requests.`,
  );
}

/** A share of requests. The whole is for slices only, which the concept sees to. */
function share(range: 'over 0 to 1' | '0 to under 1', allowed: string): v.GenericSchema {
  return range === 'over 0 to 1'
    ? v.pipe(v.number(allowed), v.gtValue(0, allowed), v.maxValue(1, allowed))
    : v.pipe(v.number(allowed), v.minValue(0, allowed), v.ltValue(1, allowed));
}

function perSecond(): v.GenericSchema {
  const allowed = 'requests a second, a number over 0';
  return v.pipe(v.number(allowed), v.finite(allowed), v.gtValue(0, allowed));
}
