import { SPAN_KINDS } from './span-kind.ts';
import type { SlaState } from './state.ts';
import { STATUSES } from './status.ts';

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isString: Check = (value) => typeof value === 'string';
const isOptionalString: Check = (value) => value === undefined || isString(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const tuple =
  (...checks: Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, index) => check(value[index]));
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([key, check]) => check((value as Record<string, unknown>)[key]));

const isHead: Check = (value) => value === -1 || isCount(value);
const isCounts = shape({
  head: isHead,
  tiers: listOf(shape({ width: isCount, slots: listOf(tuple(isCount, isCount, isCount)) })),
});
/** A moment that a calendar can be asked about: up to the year 9999. */
const isMoment: Check = (value) => isCount(value) && (value as number) <= 253_402_300_800_000;
/** More than a period can hold, and room to count on. */
const isTotal: Check = (value) => isCount(value) && (value as number) <= 2 ** 52;
const isPeriod = shape({ startMillis: isMoment, endMillis: isMoment, good: isTotal, bad: isTotal });
const isTime: Check = (value) => isString(value) && !Number.isNaN(Date.parse(value as string));
const isViolation = shape({
  objective: isString,
  metric: isString,
  service: isString,
  operation: isOptionalString,
  startedAt: isTime,
  endedAt: (value) => value === null || isTime(value),
  target: isNumber,
  attained: isNumber,
  good: isCount,
  bad: isCount,
  traceIds: listOf(isString),
});
const isSlice: Check = (value) =>
  value === undefined || shape({ startMillis: isNumber, good: isTotal, bad: isTotal })(value);
const isObjective = shape({
  name: isString,
  service: isString,
  operation: isOptionalString,
  countingRule: isString,
  coverage: listOf(tuple(isNumber, isNumber)),
  status: (value) => STATUSES.some((status) => status === value),
  counts: isCounts,
  periods: (value) => value === undefined || listOf(isPeriod)(value),
  violations: listOf(isViolation),
  slice: isSlice,
});
const isSeries = shape({
  service: isString,
  kind: (value) => isCount(value) && (value as number) < SPAN_KINDS.length,
  operation: isString,
  counts: isCounts,
});
const isState = shape({ savedAtMillis: isNumber, objectives: listOf(isObjective), series: listOf(isSeries) });

/** Whether a parsed value has the whole form of a saved state. Everything is checked before anything is used. */
export function isSlaState(value: object): value is SlaState {
  return isState(value);
}
