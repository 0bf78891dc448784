import type { ConfigurationProblem } from '../errors.ts';
import { nominalMillis, parseCalendarStep } from '../time/calendar.ts';
import { DURATION_FORM, formatDuration, parseDuration } from '../time/duration.ts';
import { burnPairs } from './burn-rate.ts';
import { calendarWindowProblems } from './calendar-window.ts';
import { type Objective, OBJECTIVE_DEFAULTS } from './objective.ts';
import { defaultName, type ResolvedObjective } from './resolved-objective.ts';
import { LONGEST_WINDOW_MILLIS, SHORTEST_WINDOW_MILLIS } from './slots.ts';
import { SPAN_KINDS } from './span-kind.ts';

const METRICS: readonly Objective['metric'][] = ['availability', 'error_rate', 'response_time', 'throughput'];
const COMMON = ['name', 'service', 'operation', 'kind', 'window', 'minEvents', 'metric', 'target'];
const SLICED = [...COMMON, 'slice', 'sliceRatio'];
const FIELDS: Record<Objective['metric'], readonly string[]> = {
  availability: SLICED,
  error_rate: SLICED,
  response_time: [...SLICED, 'percentile'],
  throughput: SLICED,
};
const ANY_FIELD: readonly string[] = FIELDS.response_time;
const NO_RATE = 'an error budget of nothing, or of everything, has no burn rate';
const LONGEST_NAME = 200;

/** Everything that is wrong with a list of objectives, each named by objective, field and value. */
export function objectiveProblems(
  objectives: unknown,
  path: string,
  maxDurationMillis: number,
): ConfigurationProblem[] {
  if (!Array.isArray(objectives)) return [{ path, value: objectives, allowed: 'an array of objectives' }];
  const each = objectives.map((objective, index) =>
    problemsOf(objective, label(objective, `${path}[${index}]`), maxDurationMillis),
  );
  return [...each.flat(), ...duplicates(objectives, path, (index) => each[index]?.length === 0)];
}

/** What is legal but will not do what it seems to: alert pairs that cannot fire, or would fire while on course. */
export function objectiveWarnings(objective: ResolvedObjective): string[] {
  const { pairs, raised, dropped } = burnPairs(objective.windowMillis, objective.budgetRatio);
  const of = `objective '${objective.name}' (service '${objective.service}', target ${objective.target}, window ${objective.window})`;
  const list = (some: typeof pairs): string => some.map((pair) => formatDuration(pair.longMillis)).join(', ');
  if (pairs.length === 0)
    return [
      dropped.length > 0
        ? `${of} can never be at risk before it is breached: its error budget is too large for every burn-rate pair; raise the target or shorten the window`
        : `${of} can never be at risk before it is breached: its window is shorter than every burn-rate pair, the shortest of which looks back 5m`,
    ];
  const warnings: string[] = [];
  if (dropped.length > 0)
    warnings.push(
      `${of}: not even a total failure burns fast enough for the burn-rate pair(s) over ${list(dropped)}; they are left out`,
    );
  if (raised.length > 0)
    warnings.push(
      `${of}: the burn-rate pair(s) over ${list(raised)} would fire while on course in so short a window; their factor is raised to 1`,
    );
  return warnings;
}

function label(objective: unknown, path: string): string {
  const name: unknown = isRecord(objective) ? objective['name'] : undefined;
  return typeof name === 'string' && name !== '' ? `${path} ('${name.slice(0, LONGEST_NAME)}')` : path;
}

function problemsOf(objective: unknown, path: string, maxDurationMillis: number): ConfigurationProblem[] {
  if (!isRecord(objective)) return [{ path, value: objective, allowed: 'an object with a metric and a target' }];
  const problems: ConfigurationProblem[] = [];
  const metric = METRICS.find((each) => each === objective['metric']);
  if (metric === undefined)
    problems.push({ path: `${path}.metric`, value: objective['metric'], allowed: `one of ${METRICS.join(', ')}` });
  const known = metric === undefined ? ANY_FIELD : FIELDS[metric];
  const check = (field: string, valid: (value: unknown) => boolean, allowed: string, required = false): void => {
    const value = objective[field];
    if (known.includes(field) && (value === undefined ? required : !valid(value)))
      problems.push({ path: `${path}.${field}`, value, allowed });
  };
  const durationWithin =
    (least: number, most: number) =>
    (value: unknown): boolean => {
      const millis = parseDuration(value);
      return millis !== undefined && millis >= least && millis <= most;
    };
  check('name', isName, `a string of 1 to ${LONGEST_NAME} characters`);
  check('service', isName, `a service name or pattern of 1 to ${LONGEST_NAME} characters`);
  check('operation', isName, `an operation or pattern of 1 to ${LONGEST_NAME} characters`);
  check('kind', isKinds, `one or more of ${SPAN_KINDS.join(', ')}`);
  const { window } = objective;
  if (isRecord(window)) problems.push(...calendarWindowProblems(window, `${path}.window`));
  else
    check(
      'window',
      durationWithin(SHORTEST_WINDOW_MILLIS, LONGEST_WINDOW_MILLIS),
      `5s to 366d (${DURATION_FORM}), or a period of the calendar such as { every: '1M' }`,
    );
  check('minEvents', (value) => Number.isInteger(value) && (value as number) >= 1, 'a whole number of at least 1');
  // Slices are judged by a share of their own, so that each of them may be asked for perfection.
  const sliced = objective['slice'] !== undefined;
  check(
    'percentile',
    (value) => isOpenRatio(value) || (sliced && value === 1),
    sliced ? 'a number over 0 to 1, such as 0.95' : 'a number over 0 and under 1, such as 0.95',
  );
  check('sliceRatio', isOpenRatio, 'a number over 0 and under 1, such as 0.99');
  check('slice', durationWithin(1_000, lengthOf(window)), `1s to the window (${DURATION_FORM})`);
  if (metric === 'response_time') {
    check(
      'target',
      (value) => value !== 0 && durationWithin(Number.MIN_VALUE, maxDurationMillis)(value),
      `over 0 to ${formatDuration(maxDurationMillis)}, the maxDuration (${DURATION_FORM})`,
      true,
    );
  } else if (metric === 'throughput') {
    check(
      'target',
      (value) => typeof value === 'number' && value > 0 && Number.isFinite(value),
      'requests a second, a number over 0',
      true,
    );
  } else if (metric !== undefined) {
    const perfect = metric === 'availability' ? 1 : 0;
    const allowed = metric === 'availability' ? 'a number over 0 to 1' : 'a number of at least 0 and under 1';
    check(
      'target',
      (value) => isOpenRatio(value) || (sliced && value === perfect),
      sliced ? `${allowed}, for each slice` : `a number over 0 and under 1 (${NO_RATE})`,
      true,
    );
  }
  if (metric !== undefined && metric !== 'throughput' && !sliced && objective['sliceRatio'] !== undefined)
    problems.push({
      path: `${path}.sliceRatio`,
      value: objective['sliceRatio'],
      allowed: 'nothing without slice, which has slices of time judged instead of requests',
    });
  for (const field of Object.keys(objective).filter((each) => !known.includes(each))) {
    problems.push({
      path: `${path}.${field}`,
      value: objective[field],
      allowed: `no such field for ${metric ?? 'any metric'}; its fields are ${known.join(', ')}`,
    });
  }
  return problems;
}

/** How long a window is that may be none. */
function lengthOf(window: unknown): number {
  const step = isRecord(window) ? parseCalendarStep(window['every']) : undefined;
  const millis = step ? nominalMillis(step) : parseDuration(window ?? OBJECTIVE_DEFAULTS.window);
  return millis ?? LONGEST_WINDOW_MILLIS;
}

/**
 * Names are compared as they will be shown: a given name with all that are given, and with the default names of its own
 * service; default names only with those of the same service. What is wrong in itself has no default name.
 */
function duplicates(
  objectives: readonly unknown[],
  path: string,
  isSound: (index: number) => boolean,
): ConfigurationProblem[] {
  const seen = new Map<string, number>();
  return objectives.flatMap((objective, index) => {
    const keys = isRecord(objective) ? namesTaken(objective, isSound(index)) : [];
    const first = keys.map((key) => seen.get(key)).find((each) => each !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, index);
    if (first === undefined) return [];
    const { name = defaultName(objective as Objective) } = objective as Objective;
    return [
      { path: `${path}[${index}].name`, value: name, allowed: `a name that ${path}[${first}] does not have already` },
    ];
  });
}

function namesTaken(objective: Record<string, unknown>, isSound: boolean): string[] {
  const { name, service = OBJECTIVE_DEFAULTS.service } = objective;
  const given = typeof name === 'string' && name !== '' ? [name] : [];
  return isSound
    ? [...given, JSON.stringify([service, name ?? defaultName(objective as Objective & typeof objective)])]
    : given;
}

/** What makes an objective the same one when it is set again: its name, or where it has none its service and default name. */
export function objectiveKey(objective: Objective): string {
  return objective.name ?? JSON.stringify([objective.service ?? OBJECTIVE_DEFAULTS.service, defaultName(objective)]);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME;
}

function isKinds(value: unknown): boolean {
  const kinds: unknown[] = Array.isArray(value) ? value : [value];
  return kinds.length > 0 && kinds.every((kind) => SPAN_KINDS.some((known) => known === kind));
}

function isOpenRatio(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
