import * as v from 'valibot';
import { DURATION_FORM } from '../../time/duration.ts';
import { CLIENT_NAMES } from '../config.ts';
import { closedObject } from './closed-object.ts';
import { duration, name, oneOf, oneOrMoreOf, optional, required, wholeNumber } from './scalars.ts';
import type { Origin } from './sla-schema.ts';

const TIMEOUT = `'adaptive', a duration over 0 (${DURATION_FORM}), or an object of options`;
const MATCH = 'an object with at least one of service, operation, client';
const RULE = 'an object with a match, and a bulkhead, a timeout or both';

const matchSchema = v.pipe(
  closedObject(MATCH, {
    service: optional(
      name('a name or pattern'),
      'The peer: its address, with or without the port, or its name as the SLA metrics have it, such as `postgresql/shop`. Exact or with `*` and `?`.',
    ),
    operation: optional(
      name('an operation or pattern'),
      'What is called, such as `GET`, `GET /stock/*`, `SELECT`, `shop.Stock/Get`. Exact or with `*` and `?`.',
    ),
    client: optional(oneOrMoreOf(CLIENT_NAMES), 'The client that calls.'),
  }),
  v.check((match) => Object.values(match).some((each) => each !== undefined), MATCH),
  v.metadata({ minProperties: 1 }),
);

/** What a bulkhead can be told in a file. */
const bulkheadEntries = {
  maxConcurrent: optional(wholeNumber(1, 1_000_000), 'How many calls may run at once. 1 to 1000000. Default 10.'),
  maxQueue: optional(
    wholeNumber(0, 1_000_000),
    'How many calls may wait for a slot; what comes beyond is rejected. 0 to 1000000. Default 0.',
  ),
  queueTimeout: optional(
    duration(0),
    'How long a call may wait for a slot. Over 0. Default: as long as its own timeout and deadline let it.',
  ),
  failureThreshold: optional(
    wholeNumber(1),
    'From so many failures in the window it is degraded. A whole number of at least 1. Default 5.',
  ),
  isolationThreshold: optional(
    wholeNumber(1),
    'From so many failures in the window it is isolated. A whole number of at least 1; not over `failureThreshold` means never degraded. Default 10.',
  ),
  failureWindow: optional(duration(0), "How far back failures count. Over 0. Default `'60s'`."),
  recoveryTime: optional(
    duration(0),
    "How long it stays isolated the first time; twice as long after every probe that fails, at most eight times. Over 0. Default `'30s'`.",
  ),
  degradedRatio: optional(
    numberBetween(0, 1, 'a number over 0 to 1'),
    'The share of `maxConcurrent` that is left while degraded, at least one call. Over 0 to 1. Default 0.5.',
  ),
};

/** The options of an `AdaptiveTimeout`, without its clock. */
export const timeoutSchema: v.GenericSchema = closedObject('an object of options', {
  falseTimeoutRate: optional(
    numberFrom(0.00001, 0.5),
    'Of the calls that would complete, the share that may be cut. 0.00001 to 0.5. Default 0.001.',
  ),
  min: optional(duration(0), "The least a learned timeout can be. Over 0. Default `'5ms'`."),
  max: optional(duration(0), "The most a learned timeout can be. At least `min`. Default `'30s'`."),
  initial: optional(duration(0), "The timeout until 20 calls have completed. `min` to `max`. Default `'5s'`."),
  mode: optional(
    oneOf(['enforce', 'observe']),
    "`'observe'` cuts nothing and counts what it would have cut. Default `'enforce'`.",
  ),
  watch: optional(
    wholeNumber(0, 1_000),
    'How many cut calls of an operation are followed in the background at once. 0 to 1000. Default 4.',
  ),
  maxOperations: optional(
    wholeNumber(1, 100_000),
    'How many operations are known at once; the least recently used leaves. 1 to 100000. Default 500.',
  ),
});

/** The options of a `Bulkhead`, without its name and clock. */
export function bulkheadSchema(origin: Origin): v.GenericSchema {
  const allowed = 'an object of options; {} for the defaults';
  return origin === 'code'
    ? closedObject(allowed, { ...bulkheadEntries, isFailure: v.optional(v.function('a function')) })
    : closedObject(allowed, bulkheadEntries, { isFailure: 'nothing: only code can give it, not a file' });
}

/** A `GuardRule`. */
export function guardSchema(origin: Origin): v.GenericSchema {
  return v.pipe(
    closedObject(RULE, {
      match: required(matchSchema, 'Which calls. What is left out matches everything; at least one field.'),
      name: optional(
        name('a string'),
        "What the compartment is called, one for all calls that match. 1 to 200 characters. Default: one compartment a peer, called like it; with the rule's `operation`, where it has one.",
      ),
      bulkhead: optional(bulkheadSchema(origin), 'The compartment. Default: none.'),
      timeout: optional(
        v.union([v.literal('adaptive', TIMEOUT), duration(0, Infinity, TIMEOUT), timeoutSchema], TIMEOUT),
        'How long a call may take until its answer begins: learned, fixed, or learned with options of its own. Default: as long as it takes.',
      ),
    }),
    v.check(({ bulkhead, timeout }) => bulkhead !== undefined || timeout !== undefined, RULE),
    v.metadata({ anyOf: [{ required: ['bulkhead'] }, { required: ['timeout'] }] }),
  );
}

function numberBetween(over: number, most: number, allowed: string): v.GenericSchema {
  return v.pipe(v.number(allowed), v.gtValue(over, allowed), v.maxValue(most, allowed));
}

function numberFrom(least: number, most: number): v.GenericSchema {
  const allowed = `a number of ${least} to ${most}`;
  return v.pipe(v.number(allowed), v.minValue(least, allowed), v.maxValue(most, allowed));
}
