/**
 * Which series of `sla_events_total` are whose. A pattern's copies are found by label matchers; what another objective
 * stands in the place of is left out of them, by the rules of precedence that the tracker goes by, so that every copy is
 * recorded once, and held to what it was promised.
 */
import { glob, isGlob } from '../sla/glob.ts';
import type { ResolvedObjective } from '../sla/resolved-objective.ts';
import { LABEL } from './labels.ts';
import { admits, type Matcher } from './promql.ts';

/** Series of one objective: those that every matcher admits. */
export type Claim = readonly Matcher[];

/** Names that begin with a text and go on as a pattern says. */
interface Names {
  readonly text: string;
  readonly pattern: string;
}

/** Whether the copy of that name, of that service, is among a claim's series. */
export function isClaimed(claim: Claim, service: string, copy: string): boolean {
  return claim.every((matcher) => admits(matcher, matcher.label === LABEL.service ? service : copy));
}

/** Each objective's claims, mostly one; none where others take all of its place. */
export function claimsOf(objectives: readonly ResolvedObjective[]): Map<ResolvedObjective, readonly Claim[]> {
  const ordered = objectives.toSorted((a, b) => Number(a.serviceIsPattern) - Number(b.serviceIsPattern));
  return new Map(
    objectives.map((objective) => {
      const earlier = ordered.slice(0, ordered.indexOf(objective)).filter(({ name }) => name === objective.name);
      return [objective, claimed(objective, earlier, objectives)];
    }),
  );
}

function claimed(
  objective: ResolvedObjective,
  earlier: readonly ResolvedObjective[],
  all: readonly ResolvedObjective[],
): readonly Claim[] {
  const { service, name, operation, operationIsPattern } = objective;
  const taken = new Set(earlier.map((each) => each.service).filter((each) => !areApart(each, service)));
  if ([...taken].some((each) => covers(each, service))) return [];
  const services = [of(service), ...[...taken].map(notOf)];
  if (!operationIsPattern) return [[...services, called({ text: name, pattern: '' })]];
  let claims: Claim[] = [[...services, called({ text: `${name} `, pattern: operation! })]];
  for (const other of all)
    for (const copies of other === objective ? [] : copiesTaken(objective, other))
      claims = claims.flatMap((claim) => without(claim, other.service, copies));
  return claims;
}

/** What another objective takes of an objective's copies: the one that is called like it, and those called like its own. */
function copiesTaken({ name, operation }: ResolvedObjective, other: ResolvedObjective): Names[] {
  const beginning = `${name} `;
  if (!other.name.startsWith(beginning)) return [];
  const isCopy = glob(operation!)(other.name.slice(beginning.length));
  return [
    ...(isCopy ? [{ text: other.name, pattern: '' }] : []),
    ...(other.operationIsPattern ? [{ text: `${other.name} `, pattern: other.operation! }] : []),
  ];
}

/** A claim without the copies of those names for the services that fit `where`; two claims where only some of them do. */
function without(claim: Claim, where: string, copies: Names): Claim[] {
  const services = claim.filter(({ label }) => label === LABEL.service);
  const wanted = services.filter(({ isLike }) => isLike);
  const unwanted = services.filter(({ isLike }) => !isLike);
  if (wanted.some(({ pattern }) => areApart(where, pattern))) return [claim];
  if (unwanted.some(({ pattern }) => covers(pattern, where))) return [claim];
  const rest = [...claim, { ...called(copies), isLike: false }];
  if (wanted.some(({ pattern }) => covers(where, pattern))) return [rest];
  return [
    [...claim, notOf(where)],
    [...rest, of(where)],
  ];
}

function called(names: Names): Matcher {
  return { label: LABEL.objective, isLike: true, ...names };
}

function of(service: string): Matcher {
  return { label: LABEL.service, isLike: true, text: '', pattern: service };
}

function notOf(service: string): Matcher {
  return { ...of(service), isLike: false };
}

/** Whether a pattern certainly fits everything that the other one does. */
function covers(wide: string, narrow: string): boolean {
  return wide === '*' || wide === narrow || (!isGlob(narrow) && glob(wide)(narrow));
}

/** Whether certainly nothing fits both patterns. */
function areApart(a: string, b: string): boolean {
  return (!isGlob(a) || !isGlob(b)) && !glob(a)(b) && !glob(b)(a);
}
