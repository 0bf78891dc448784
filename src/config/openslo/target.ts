import type { ObjectiveTarget } from '../../sla/objective.ts';
import { type Duration, formatDuration } from '../../time/duration.ts';
import { OPENSLO_ANNOTATIONS } from './annotations.ts';
import { type Budget, budgetOf, withoutNoise } from './budget.ts';
import type { Operator, Path, SloObjective } from './documents.ts';
import type { SloMapping } from './mapping.ts';

/** What one objective of an SLO promises; `undefined` with a problem where we have nothing like it. */
export function targetOf(mapping: SloMapping, objective: SloObjective, path: Path): ObjectiveTarget | undefined {
  const { slo, metric, findings } = mapping;
  if (objective.compositeWeight !== undefined && objective.compositeWeight !== 1)
    findings.warn(slo, [...path, 'compositeWeight'], 'it weighs nothing: every objective is kept by itself');
  const budget = budgetOf(mapping, objective, path);
  const limit = limitOf(mapping, objective, path);
  if (budget === undefined || limit === undefined) return undefined;
  const { share, slices } = budget;
  switch (metric) {
    case 'availability':
      return { metric, target: inEvents(budget), ...sliced(budget) };
    case 'error_rate':
      return { metric, target: withoutNoise(1 - inEvents(budget)), ...sliced(budget) };
    case 'response_time':
      return { metric, target: limit, percentile: inEvents(budget), ...sliced(budget) };
    case 'throughput':
      if (slices === undefined)
        findings.warn(
          slo,
          path,
          'a throughput is measured by slices of time, of 1m unless budgetingMethod is Timeslices',
        );
      return { metric, target: limit as number, sliceRatio: share, ...(slices && { slice: slices.slice }) };
  }
}

/** The least share of good requests: of the window, or of a slice where slices are counted. */
function inEvents({ share, slices }: Budget): number {
  return slices?.sliceTarget ?? share;
}

function sliced({ share, slices }: Budget): { slice?: Duration; sliceRatio?: number } {
  return slices === undefined ? {} : { slice: slices.slice, sliceRatio: share };
}

/** What a request or a slice is held to: a duration, requests a second, or nothing, which is 0. */
function limitOf(mapping: SloMapping, objective: SloObjective, path: Path): Duration | undefined {
  const { metric, indicator, annotations, slo, findings } = mapping;
  if (metric === 'availability' || metric === 'error_rate') return 0;
  const isTime = metric === 'response_time';
  const byValue = indicator.spec.thresholdMetric !== undefined && objective.value !== undefined;
  if (isTime && !byValue) {
    if (!annotations.has('threshold'))
      findings.problem(
        slo,
        path,
        undefined,
        `the annotation \`${OPENSLO_ANNOTATIONS.threshold}: 300ms\`, or what else a request may take, for no value says it`,
      );
    const { thresholdMillis } = annotations;
    return thresholdMillis && readable(thresholdMillis);
  }
  const isTwofold = annotations.has('threshold');
  if (isTwofold) annotations.refuse('threshold', 'nothing where the objective has a value');
  const isAllowed = checkOperator(mapping, objective, path, isTime ? ['lte', 'lt'] : ['gte', 'gt']);
  if (objective.value === undefined || objective.value <= 0) {
    findings.problem(
      slo,
      [...path, 'value'],
      objective.value,
      isTime ? 'a time over 0' : 'a number of requests over 0',
    );
    return undefined;
  }
  if (!annotations.has('valueUnit'))
    findings.problem(
      slo,
      [...path, 'value'],
      objective.value,
      `a value whose unit is known: add the annotation \`${OPENSLO_ANNOTATIONS.valueUnit}: ${isTime ? 'ms' : '1/s'}\`, or what else it is`,
    );
  const unit = isTime ? annotations.timeUnitMillis : annotations.rateUnitSeconds;
  if (unit === undefined || !isAllowed || isTwofold) return undefined;
  return isTime ? readable(withoutNoise(objective.value * unit)) : withoutNoise(objective.value / unit);
}

/** Whether the operator is the one that we compare by, or its strict form, which is told of. */
function checkOperator(
  { metric, slo, findings }: SloMapping,
  { op }: SloObjective,
  path: Path,
  [ours, strict]: readonly [Operator, Operator],
): boolean {
  if (op === strict)
    findings.warn(slo, [...path, 'op'], `'${strict}' is taken as '${ours}': what is just as much as the value is good`);
  if (op === ours || op === strict) return true;
  findings.problem(slo, [...path, 'op'], op, `'${ours}': a ${metric} is held to a value on that side only`);
  return false;
}

function readable(millis: number): Duration {
  return Number.isInteger(millis) ? (formatDuration(millis) as Duration) : millis;
}
