import * as v from 'valibot';
import { DURATION_FORM, DURATION_PATTERN, formatDuration, parseDuration } from '../../time/duration.ts';

const LONGEST_NAME = 200;

/** A field that may be left out. */
export function optional(schema: v.GenericSchema, description: string): v.GenericSchema {
  return v.optional(required(schema, description));
}

/** A field that has to be there. */
export function required(schema: v.GenericSchema, description: string): v.GenericSchema {
  return v.pipe(schema, v.description(description));
}

/**
 * A duration between two ends in milliseconds, both included; 0 at the lower end stands for over 0.
 * @param allowed - what is said of anything else.
 */
export function duration(
  least: number,
  most: number = Infinity,
  allowed: string = allowedDuration(least, most),
): v.GenericSchema {
  const isInRange = (millis: number): boolean => (least === 0 ? millis > 0 : millis >= least) && millis <= most;
  const finite = v.pipe(v.number(allowed), v.finite(allowed));
  const number = least === 0 ? v.pipe(finite, v.gtValue(0, allowed)) : v.pipe(finite, v.minValue(least, allowed));
  return v.union(
    [
      most === Infinity ? number : v.pipe(number, v.maxValue(most, allowed)),
      v.pipe(
        v.string(allowed),
        v.regex(DURATION_PATTERN, allowed),
        v.check((text) => isInRange(parseDuration(text) ?? NaN), allowed),
      ),
    ],
    allowed,
  );
}

function allowedDuration(least: number, most: number): string {
  const range =
    most === Infinity ? `${formatDuration(least)} or more` : `${formatDuration(least)} to ${formatDuration(most)}`;
  return least === 0 ? `a duration over 0 (${DURATION_FORM})` : `a duration of ${range} (${DURATION_FORM})`;
}

/** A whole number between two ends, both included. */
export function wholeNumber(least: number, most: number = Infinity): v.GenericSchema {
  const allowed = most === Infinity ? `a whole number of at least ${least}` : `a whole number of ${least} to ${most}`;
  const number = v.pipe(v.number(allowed), v.integer(allowed), v.minValue(least, allowed));
  return most === Infinity ? number : v.pipe(number, v.maxValue(most, allowed));
}

/** A number over 0 and under 1. */
export function ratio(allowed: string): v.GenericSchema {
  return v.pipe(v.number(allowed), v.gtValue(0, allowed), v.ltValue(1, allowed));
}

/** 1 to 200 characters. */
export function name(what: string): v.GenericSchema {
  const allowed = `${what} of 1 to ${LONGEST_NAME} characters`;
  return v.pipe(v.string(allowed), v.minLength(1, allowed), v.maxLength(LONGEST_NAME, allowed));
}

export function oneOf(options: readonly string[]): v.GenericSchema {
  return v.picklist(options, `one of ${options.join(', ')}`);
}

/** One of the options, or a list of some. */
export function oneOrMoreOf(options: readonly string[]): v.GenericSchema {
  const allowed = `one or more of ${options.join(', ')}`;
  const one = v.picklist(options, allowed);
  return v.union([one, v.pipe(v.array(one, allowed), v.minLength(1, allowed))], allowed);
}

export function yesOrNo(): v.GenericSchema {
  return v.boolean('true or false');
}
