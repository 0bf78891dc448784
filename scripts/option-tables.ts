import { type DocumentedMember, documentedMembers } from './documented-members.ts';
import { code, markdownTable } from './markdown-table.ts';

const sla = (file: string): URL => new URL(`../src/sla/${file}.ts`, import.meta.url);
const guards = (file: string): URL => new URL(`../src/${file}.ts`, import.meta.url);

/** The options with their types. */
export function optionsReference(): string {
  return fields(documentedMembers(sla('options'), 'SlaOptions'));
}

/** What every objective has. */
export function objectiveFields(): string {
  return fields(documentedMembers(sla('objective'), 'ObjectiveScope'));
}

/** What a window of the calendar has. */
export function calendarFields(): string {
  return fields(documentedMembers(sla('objective'), 'CalendarWindow'));
}

/** The metrics an objective can promise, each with the fields it brings along. */
export function objectiveTargets(): string {
  const rows = documentedMembers(sla('objective'), 'ObjectiveTarget').map(([metric, target, ...others]) => [
    code(metric?.type.replaceAll("'", '') ?? ''),
    metric?.text ?? '',
    target?.text ?? '',
    others.map(({ name, text }) => `${code(name)}: ${text}`).join(' '),
  ]);
  return markdownTable(['`metric`', 'the promise', '`target`', 'and'], rows);
}

/** The options of a bulkhead. */
export function bulkheadOptions(): string {
  return fields(documentedMembers(guards('bulkhead/options'), 'BulkheadOptions'));
}

/** What a registry of bulkheads has besides. */
export function registryOptions(): string {
  return fields(documentedMembers(guards('bulkhead/registry'), 'BulkheadRegistryOptions'));
}

/** The options of one call through a bulkhead. */
export function bulkheadCallOptions(): string {
  return fields([
    ...documentedMembers(guards('bulkhead/options'), 'RunOptions'),
    ...documentedMembers(guards('bulkhead/options'), 'AcquireOptions'),
  ]);
}

/** The options of an adaptive timeout. */
export function timeoutOptions(): string {
  return fields(documentedMembers(guards('timeout/options'), 'TimeoutOptions'));
}

/** The options of `guard`. */
export function guardOptions(): string {
  return fields(documentedMembers(guards('instrumentation/guard'), 'GuardOptions'));
}

function fields(parts: readonly DocumentedMember[][]): string {
  const rows = parts
    .flat()
    .map(({ name, optional, type, text }) => [code(name) + (optional ? '' : ' (required)'), code(type), text]);
  return markdownTable(['field', 'type', 'what it does'], rows);
}
