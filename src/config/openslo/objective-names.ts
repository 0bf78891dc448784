import type { DocumentOf } from './documents.ts';

/**
 * What the objectives of an SLO are called: as the SLO where there is one; otherwise with the displayName behind it, or the
 * number where that is missing or not unique.
 */
export function objectiveNames(slo: DocumentOf<'SLO'>): string[] {
  const { name } = slo.metadata;
  const { objectives } = slo.spec;
  if (objectives.length === 1) return [name];
  const endings = objectives.map(({ displayName }) => ending(displayName ?? ''));
  return endings.map((each, index) => {
    const isTaken = each === '' || /^\d+$/.test(each) || endings.indexOf(each) !== endings.lastIndexOf(each);
    return `${name}-${isTaken ? index + 1 : each}`;
  });
}

/** Such as `good-experience` of `Good experience`. */
function ending(displayName: string): string {
  return displayName
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 63);
}
