import type { GuardMatch, GuardRule, ResilienceConfig } from './config.ts';

/** What is legal in a configuration but will not do what it seems to. */
export interface ConfigWarning {
  /** Such as `guards[1]`. */
  readonly path: string;
  readonly sentence: string;
}

/** Warnings of a configuration that has no problems. Those of objectives are the tracker's own. */
export function configWarnings({ failures, guards = [] }: ResilienceConfig): ConfigWarning[] {
  const warnings = guards.flatMap((rule, index) => ruleWarnings(rule, index, guards.slice(0, index)));
  if (failures?.enabled === true)
    warnings.push({ path: 'failures', sentence: 'this version analyses no failures yet; nothing comes of it' });
  return warnings;
}

function ruleWarnings(rule: GuardRule, index: number, before: readonly GuardRule[]): ConfigWarning[] {
  const path = `guards[${index}]`;
  const first = before.findIndex((each) => covers(each.match, rule.match));
  if (first >= 0)
    return [{ path, sentence: `never counts, for guards[${first}] matches the same calls and comes before it` }];
  const sharer = before.findIndex(
    ({ name, bulkhead }) => name !== undefined && name === rule.name && bulkhead !== undefined,
  );
  const differs = rule.bulkhead !== undefined && !isSame(before[sharer]?.bulkhead, rule.bulkhead);
  if (sharer < 0 || !differs) return [];
  const sentence = `shares the compartment '${rule.name}' with guards[${sharer}]; whichever is called first decides its options`;
  return [{ path, sentence }];
}

/** Whether every call that the second matches is matched by the first. */
function covers(first: GuardMatch, second: GuardMatch): boolean {
  const clients = (match: GuardMatch): string[] | undefined =>
    match.client === undefined ? undefined : [match.client].flat();
  const [all, some] = [clients(first), clients(second)];
  return (
    takesIn(first.service, second.service) &&
    takesIn(first.operation, second.operation) &&
    (all === undefined || (some !== undefined && some.every((client) => all.includes(client))))
  );
}

function takesIn(pattern: string | undefined, other: string | undefined): boolean {
  return pattern === undefined || pattern === '*' || pattern === other;
}

function isSame(a: object | undefined, b: object | undefined): boolean {
  const sorted = (options: object = {}): string =>
    JSON.stringify(Object.entries(options).toSorted(([one], [two]) => one.localeCompare(two)));
  return sorted(a) === sorted(b);
}
