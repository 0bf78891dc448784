import * as v from 'valibot';
import { closedObject } from './closed-object.ts';
import { objectiveSchema } from './objective-schema.ts';
import { duration, oneOf, optional, required, wholeNumber } from './scalars.ts';

/** Where a configuration comes from. Functions can be given in code only. */
export type Origin = 'file' | 'code';

const DAY = 86_400_000;
const A_FUNCTION = 'a function';
const ONLY_IN_CODE = 'nothing: only code can give it, not a file';
const IGNORE_RULE = '{ service?, operation? } with at least one of them, a name or pattern';

const ignoreRule = v.pipe(
  closedObject(IGNORE_RULE, {
    service: optional(v.string(IGNORE_RULE), 'The service, exact or with `*` and `?`.'),
    operation: optional(v.string(IGNORE_RULE), 'The operation, exact or with `*` and `?`.'),
  }),
  v.check((rule) => Object.keys(rule).length > 0, IGNORE_RULE),
  v.metadata({ minProperties: 1 }),
);

const stateSchema = closedObject('an object with a file, where windows are kept', {
  file: required(path(), 'Read at the start, written by rename. One process a file.'),
  interval: optional(
    duration(1_000),
    "How often it is written while the process runs, 1 s or more; it is written at the end too. Default `'60s'`.",
  ),
});

const entries = {
  objectives: optional(
    v.array(objectiveSchema, 'an array of objectives'),
    'What is promised. Default: nothing; requests are counted all the same.',
  ),
  state: optional(stateSchema, 'Where windows are kept, so that they survive a restart. Default: nowhere.'),
  clientErrors: optional(
    oneOf(['success', 'failure', 'ignored']),
    "What HTTP status codes 400 to 499 count as (429 from a dependency is always a failure). Default `'success'`.",
  ),
  ignore: optional(
    v.array(ignoreRule, 'an array of { service?, operation? }'),
    'Requests that do not count, by service and operation, exact or patterns. Default: none.',
  ),
  minEvents: optional(
    wholeNumber(1),
    'Under so many events in its window an objective has no verdict, unless it says otherwise. At least 1. Default 10.',
  ),
  windows: optional(
    v.array(duration(5_000, 366 * DAY), 'an array of durations'),
    'The windows whose burn rates are reported, 5 s to 366 d each. Default 5m, 30m, 1h, 2h, 6h, 1d, 3d.',
  ),
  maxSeries: optional(
    wholeNumber(1, 100_000),
    'How many combinations of service, kind and operation have series of their own; the rest count as `_OTHER`. 1 to 100000. Default 1000.',
  ),
  maxDuration: optional(duration(0), "Durations over this are invalid and not counted. Over 0. Default `'1h'`."),
  events: optional(
    oneOf(['span', 'log', 'both', 'none']),
    "Where violations are told: on the span that broke the objective, as log records (API 1.10 or later), both or not at all. Default `'span'`.",
  ),
  durationHistogram: optional(
    oneOf(['producer', 'instrument', 'none']),
    "How `sla.duration` leaves: free of cost through `metricProducer`, on an ordinary instrument, or not at all. Default `'producer'`.",
  ),
};

const fileEntries = {
  openslo: optional(
    v.array(path(), 'an array of paths of OpenSLO files'),
    "OpenSLO files whose objectives are kept too. Relative paths start at the configuration's folder; the last part may have `*` and `?`. Files only. Default: none.",
  ),
};

const codeEntries = {
  classify: v.optional(v.function(A_FUNCTION)),
  identify: v.optional(v.function(A_FUNCTION)),
  clock: v.optional(v.function(A_FUNCTION)),
  meterProvider: v.optional(v.custom(isMeterProvider, 'a MeterProvider')),
};

/** A `SlaConfig`. */
export function slaSchema(origin: Origin): v.GenericSchema {
  const allowed = 'an object, such as { objectives: [] }';
  if (origin === 'file')
    return closedObject(allowed, { ...entries, ...fileEntries }, refused(codeEntries, ONLY_IN_CODE));
  const fromFile = 'nothing: it stands in files only, and `loadConfig` reads what it names';
  return closedObject(allowed, { ...entries, ...codeEntries }, refused(fileEntries, fromFile));
}

function refused(keys: object, allowed: string): Record<string, string> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, allowed]));
}

function path(): v.GenericSchema {
  return v.pipe(v.string('the path of a file'), v.minLength(1, 'the path of a file'));
}

function isMeterProvider(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'getMeter' in value && typeof value.getMeter === 'function';
}
