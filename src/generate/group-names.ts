import type { ResolvedObjective } from '../sla/resolved-objective.ts';

const LONGEST = 80;
/** What is put behind a name for the groups of long windows and of alerts. */
export const SUFFIX = { long: '-long', alerts: '-alerts' } as const;
const SUFFIXES = ['', ...Object.values(SUFFIX)];

/** The groups about who reports. */
export const REPORTING = 'sla-reporting';

/** Gives every objective a name for its groups that is safe in addresses and file names, each its own. */
export function groupNames(): (objective: Pick<ResolvedObjective, 'service' | 'name'>) => string {
  const taken = new Set<string>(SUFFIXES.map((suffix) => REPORTING + suffix));
  return ({ service, name }) => {
    const plain = `sla-${[service === '*' ? 'any' : service, name].map(slug).filter(Boolean).join('-')}`.slice(
      0,
      LONGEST,
    );
    let free = plain;
    const names = (): string[] => SUFFIXES.map((suffix) => free + suffix);
    for (let count = 2; names().some((each) => taken.has(each)); count++) free = `${plain}-${count}`;
    for (const each of names()) taken.add(each);
    return free;
  };
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
