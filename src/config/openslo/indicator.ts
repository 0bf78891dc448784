import type { Annotated } from './annotations.ts';
import type { Catalog } from './catalog.ts';
import type { DocumentOf, SliSpec } from './documents.ts';
import type { Findings } from './findings.ts';

/** What an SLO measures, and where what is annotated to it stands. */
export interface Indicator extends Annotated {
  readonly spec: SliSpec;
}

/** The indicator of an SLO, inline or followed; `undefined` with a problem where there is none that can be used. */
export function indicatorOf(slo: DocumentOf<'SLO'>, catalog: Catalog, findings: Findings): Indicator | undefined {
  const { indicator, indicatorRef, objectives } = slo.spec;
  if (indicator !== undefined) {
    const { metadata, spec } = indicator;
    return { subject: slo, path: ['spec', 'indicator', 'metadata'], annotations: metadata.annotations, spec };
  }
  if (indicatorRef !== undefined) {
    const sli = catalog.follow(slo, ['spec', 'indicatorRef'], 'SLI', indicatorRef);
    return sli && { subject: sli, path: ['metadata'], annotations: sli.metadata.annotations, spec: sli.spec };
  }
  for (const [index, each] of objectives.entries()) {
    const field = each.indicator === undefined ? 'indicatorRef' : 'indicator';
    const path = ['spec', 'objectives', index, field];
    if (each.indicatorRef !== undefined) catalog.follow(slo, path, 'SLI', each.indicatorRef);
    if (each[field] !== undefined)
      findings.problem(
        slo,
        path,
        each[field],
        'nothing: composite SLOs are not supported; write an SLO for each objective, with this indicator in its spec',
      );
  }
  return undefined;
}
