import * as v from 'valibot';
import { alertPolicySpec } from './alert-schema.ts';
import { parseShorthand, SHORTHAND_FORM } from './duration-shorthand.ts';
import {
  description,
  fields,
  heading,
  inline,
  matching,
  metadata,
  name,
  refOrInline,
  rules,
  someText,
} from './schema-parts.ts';
import { isPlainObject } from '../schema/closed-object.ts';
import { sliSpec } from './sli-schema.ts';
import { isStartTime, isTimeZone, START_TIME_FORM, TIME_ZONE_FORM } from './time-window.ts';

const OPERATORS = ['lte', 'gte', 'lt', 'gt'] as const;
const METHODS = ['Occurrences', 'Timeslices', 'RatioTimeslices'] as const;
const SLICE = `${SHORTHAND_FORM}, or minutes as a number`;

/** A number, of which a function says whether it is allowed. */
function number(allowed: string, isAllowed: (value: number) => boolean): v.GenericSchema & { message: string } {
  return v.pipe(
    v.number(allowed),
    v.check((value) => Number.isFinite(value) && isAllowed(value), allowed),
  );
}

const timeWindow = v.pipe(
  fields({
    duration: matching(SHORTHAND_FORM, (value) => parseShorthand(value) !== undefined),
    isRolling: v.optional(v.boolean('true or false')),
    calendar: v.optional(
      fields({ startTime: matching(START_TIME_FORM, isStartTime), timeZone: matching(TIME_ZONE_FORM, isTimeZone) }),
    ),
  }),
  rules(({ isRolling, calendar }, refuse) => {
    if (isRolling === true && calendar !== undefined) refuse('calendar', 'nothing where isRolling is true');
    if (isRolling !== true && calendar === undefined)
      refuse('isRolling', 'true, or a calendar with startTime and timeZone');
  }),
);

const objective = v.pipe(
  fields({
    displayName: v.optional(someText),
    op: v.optional(v.picklist(OPERATORS, `one of ${OPERATORS.join(', ')}`)),
    value: v.optional(number('a number', () => true)),
    target: v.optional(number('a number of at least 0 and under 1', (value) => value >= 0 && value < 1)),
    targetPercent: v.optional(number('a number of at least 0 and under 100', (value) => value >= 0 && value < 100)),
    timeSliceTarget: v.optional(number('a number over 0 to 1', (value) => value > 0 && value <= 1)),
    timeSliceWindow: v.optional(
      v.union(
        [
          v.pipe(
            v.string(),
            v.check((value) => parseShorthand(value) !== undefined),
          ),
          v.pipe(
            v.number(),
            v.check((value) => Number.isFinite(value) && value > 0),
          ),
        ],
        SLICE,
      ),
    ),
    indicator: v.optional(inline('SLI', sliSpec)),
    indicatorRef: v.optional(name),
    compositeWeight: v.optional(number('a number over 0', (value) => value > 0)),
  }),
  rules(({ target, targetPercent, indicator, indicatorRef }, refuse) => {
    if (target === undefined && targetPercent === undefined)
      refuse('target', 'a number of at least 0 and under 1, or targetPercent');
    if (target !== undefined && targetPercent !== undefined) refuse('targetPercent', 'nothing beside target');
    if (indicator !== undefined && indicatorRef !== undefined) refuse('indicatorRef', 'nothing beside indicator');
  }),
);

const alertPolicy = v.pipe(
  fields({
    alertPolicyRef: v.optional(name),
    ...heading('AlertPolicy'),
    metadata: v.optional(metadata),
    spec: v.optional(alertPolicySpec),
  }),
  refOrInline('alertPolicyRef', 'AlertPolicy'),
);

export const sloSpec: v.GenericSchema = v.pipe(
  fields({
    description,
    service: someText,
    indicator: v.optional(inline('SLI', sliSpec)),
    indicatorRef: v.optional(name),
    timeWindow: v.optional(
      v.pipe(v.array(timeWindow, 'a list of one time window'), v.length(1, 'a list of one time window')),
    ),
    budgetingMethod: v.optional(v.picklist(METHODS, `one of ${METHODS.join(', ')}`)),
    objectives: v.pipe(v.array(objective, 'a list of objectives'), v.minLength(1, 'a list of at least one objective')),
    alertPolicies: v.optional(v.array(alertPolicy, 'a list of alert policies')),
  }),
  rules(({ indicator, indicatorRef, objectives, budgetingMethod }, refuse) => {
    const list = Array.isArray(objectives) ? objectives.filter(isPlainObject) : [];
    const isComposite = list.some((each) => each['indicator'] !== undefined || each['indicatorRef'] !== undefined);
    const here = indicator !== undefined || indicatorRef !== undefined;
    if (!here && !isComposite) refuse('indicator', 'an SLI, or an indicatorRef that names one');
    if (here && isComposite) refuse('indicator', 'nothing where objectives have an indicator of their own');
    if (indicator !== undefined && indicatorRef !== undefined) refuse('indicatorRef', 'nothing beside indicator');
    for (const [index, each] of Array.isArray(objectives) ? objectives.entries() : []) {
      const needs = (field: string, allowed: string): void => {
        if (isPlainObject(each) && each[field] === undefined)
          refuse(['objectives', index, field], `${allowed}: ${String(budgetingMethod)} needs it`);
      };
      if (budgetingMethod === 'Timeslices') needs('timeSliceTarget', 'a number over 0 to 1');
      if (budgetingMethod === 'Timeslices' || budgetingMethod === 'RatioTimeslices') needs('timeSliceWindow', SLICE);
    }
  }),
);
