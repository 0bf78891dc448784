import type { Objective } from '../../sla/objective.ts';
import { objectiveProblems } from '../../sla/objective-problems.ts';
import { OPENSLO_ANNOTATIONS, SpanAnnotations } from './annotations.ts';
import type { Catalog } from './catalog.ts';
import type { DocumentOf, SliSpec, SloObjective } from './documents.ts';
import type { Findings } from './findings.ts';
import type { Indicator } from './indicator.ts';
import type { SloMapping } from './mapping.ts';
import { objectiveNames } from './objective-names.ts';
import { targetOf } from './target.ts';
import { windowOf } from './time-window.ts';

/** The objectives of an SLO, by its own objectives; fewer of them, with problems, where some cannot be kept. */
export function mapSlo(
  slo: DocumentOf<'SLO'>,
  indicator: Indicator,
  catalog: Catalog,
  findings: Findings,
  maxDurationMillis: number,
): Objective[] {
  const { spec } = slo;
  const service = catalog.find('Service', spec.service);
  const annotations = new SpanAnnotations(
    [
      { subject: slo, path: ['metadata'], annotations: slo.metadata.annotations },
      indicator,
      ...(service ? [{ subject: service, path: ['metadata'], annotations: service.metadata.annotations }] : []),
    ],
    findings,
  );
  if (!annotations.has('metric')) {
    findings.problem(slo, ['metadata', 'annotations'], undefined, missingMetric(indicator.spec, spec.objectives[0]));
    return [];
  }
  const { metric } = annotations;
  if (metric === undefined || metric === 'none') return [];
  const mapping: SloMapping = { slo, indicator, metric, annotations, findings };
  const window = windowOf(slo, findings);
  tellUnused(mapping);
  if (!isCountable(mapping)) return [];
  const { kinds } = annotations;
  const names = objectiveNames(slo);
  return spec.objectives.flatMap((each, index) => {
    const what = targetOf(mapping, each, ['spec', 'objectives', index]);
    if (what === undefined || window === undefined) return [];
    const operation = annotations.text('operation');
    const objective: Objective = {
      name: names[index]!,
      service: annotations.text('service') ?? spec.service,
      ...(operation !== undefined && { operation }),
      ...(kinds && { kind: kinds }),
      window,
      ...what,
    };
    return isKeepable(mapping, objective, index, maxDurationMillis) ? [objective] : [];
  });
}

/** Whether the domain takes the objective: what is allowed in OpenSLO may be out of its range. */
function isKeepable(
  { slo, findings }: SloMapping,
  objective: Objective,
  index: number,
  maxDurationMillis: number,
): boolean {
  const problems = objectiveProblems([objective], '', maxDurationMillis);
  for (const { path, value, allowed } of problems) {
    const field = path.slice(path.lastIndexOf("')") + "').".length);
    const isWindow = field.startsWith('window');
    const own = field === 'slice' ? ['timeSliceWindow'] : [];
    const at = isWindow ? ['spec', 'timeWindow', 0, 'duration'] : ['spec', 'objectives', index, ...own];
    // The window is the same for all of them.
    if (!isWindow || index === 0) findings.problem(slo, at, value, `what makes a ${field} of ${allowed}`);
  }
  return problems.length === 0;
}

/** What an SLO without an annotation is told: the annotation that its indicator suggests. */
function missingMetric({ ratioMetric }: SliSpec, first: SloObjective | undefined): string {
  const isFloor = first?.op === 'gt' || first?.op === 'gte';
  const suggested = ratioMetric !== undefined ? 'availability' : isFloor ? 'throughput' : 'response_time';
  const unit = { availability: undefined, throughput: '1/s', response_time: 'ms' }[suggested];
  const lines = [
    `\`${OPENSLO_ANNOTATIONS.metric}: ${suggested}\``,
    ...(unit === undefined ? [] : [`\`${OPENSLO_ANNOTATIONS.valueUnit}: ${unit}\``]),
  ];
  return (
    `${lines.join(' and ')}, or what else it is: a query cannot be answered from spans, so an annotation has to say ` +
    `what is promised (availability, error_rate, response_time, throughput; none leaves the SLO out)`
  );
}

/** Whether the metric can be had of such an indicator and such a budget. */
function isCountable({ slo, indicator, metric, annotations, findings }: SloMapping): boolean {
  const before = findings.problems.length;
  const { ratioMetric } = indicator.spec;
  const { budgetingMethod } = slo.spec;
  if (ratioMetric === undefined && (metric === 'availability' || metric === 'error_rate'))
    annotations.refuse('metric', 'response_time or throughput, for the indicator has a thresholdMetric');
  if (ratioMetric !== undefined && metric === 'throughput')
    annotations.refuse('metric', 'availability, error_rate or response_time, for the indicator has a ratioMetric');
  if (budgetingMethod === 'RatioTimeslices' && metric !== 'throughput')
    findings.problem(
      slo,
      ['spec', 'budgetingMethod'],
      budgetingMethod,
      'Occurrences or Timeslices: a mean of ratios is not kept, for it is no count of good and bad events',
    );
  return findings.problems.length === before;
}

/** Annotations that say nothing beside this metric. */
function tellUnused({ slo, metric, annotations, findings }: SloMapping): void {
  for (const name of ['threshold', 'valueUnit'] as const) {
    if (!annotations.has(name) || USED[metric].includes(name)) continue;
    const key = OPENSLO_ANNOTATIONS[name];
    findings.warn(slo, ['metadata', 'annotations'], `${key} says nothing where the metric is ${metric}`);
  }
}

const USED: Readonly<Record<SloMapping['metric'], readonly ('threshold' | 'valueUnit')[]>> = {
  availability: [],
  error_rate: [],
  response_time: ['threshold', 'valueUnit'],
  throughput: ['valueUnit'],
};
