import * as v from 'valibot';
import { parseShorthand, SHORTHAND_FORM } from './duration-shorthand.ts';
import { description, fields, heading, matching, metadata, name, refOrInline, someText } from './schema-parts.ts';

const OPERATORS = ['lte', 'gte', 'lt', 'gt'] as const;
const ONE_CONDITION = 'a list of one condition';
const TARGETS = 'a list of at least one notification target';

export const alertConditionSpec: v.GenericSchema = fields({
  description,
  severity: someText,
  condition: fields({
    kind: v.optional(v.picklist(['burnrate'], 'burnrate')),
    op: v.picklist(OPERATORS, `one of ${OPERATORS.join(', ')}`),
    threshold: v.pipe(v.number('a number'), v.finite('a number')),
    lookbackWindow: matching(SHORTHAND_FORM, (value) => parseShorthand(value) !== undefined),
    // The default that the specification gives, 0m, is none of its own durations.
    alertAfter: v.optional(matching(SHORTHAND_FORM, (value) => value === '0m' || parseShorthand(value) !== undefined)),
  }),
});

export const alertNotificationTargetSpec: v.GenericSchema = fields({ description, target: someText });

const condition = v.pipe(
  fields({
    conditionRef: v.optional(name),
    ...heading('AlertCondition'),
    metadata: v.optional(metadata),
    spec: v.optional(alertConditionSpec),
  }),
  refOrInline('conditionRef', 'AlertCondition'),
);

const notificationTarget = v.pipe(
  fields({
    targetRef: v.optional(name),
    ...heading('AlertNotificationTarget'),
    metadata: v.optional(metadata),
    spec: v.optional(alertNotificationTargetSpec),
  }),
  refOrInline('targetRef', 'AlertNotificationTarget'),
);

const flag = v.optional(v.boolean('true or false'));

export const alertPolicySpec: v.GenericSchema = fields({
  description,
  alertWhenNoData: flag,
  alertWhenResolved: flag,
  alertWhenBreaching: flag,
  conditions: v.pipe(v.array(condition, ONE_CONDITION), v.length(1, ONE_CONDITION)),
  notificationTargets: v.pipe(v.array(notificationTarget, TARGETS), v.minLength(1, TARGETS)),
});
