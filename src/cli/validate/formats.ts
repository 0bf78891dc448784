import type { ConfigurationProblem } from '../../errors.ts';
import type { GuardRule } from '../../config/config.ts';
import { ConfigurationError } from '../../errors.ts';
import { formatDuration } from '../../time/duration.ts';
import { renderTable } from '../../status/report/table.ts';
import { budgetOf, promised } from './budget.ts';
import type { Findings, PlacedWarning } from './findings.ts';

export const FORMATS = ['text', 'json', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** What was found, in one of its forms. */
export function formatted(findings: Findings, format: Format): string {
  switch (format) {
    case 'text':
      return asText(findings);
    case 'json':
      return `${JSON.stringify(asJson(findings), undefined, 2)}\n`;
    case 'github':
      return asAnnotations(findings);
  }
}

function asText(findings: Findings): string {
  if (!findings.isValid) {
    const { problems, message } = findings;
    return `${plain(message)}\n\n${counted(problems.length, 'problem')}\n`;
  }
  const { read, objectives, warnings } = findings;
  const guards = read.config.guards ?? [];
  const parts = [
    ...warnings.map((warning) => `${place(warning)}warning: ${warning.message}`),
    `${read.file} is valid: ${counted(objectives.length, 'objective')}, ${counted(guards.length, 'guard')}, ${counted(warnings.length, 'warning')}`,
  ];
  if (objectives.length > 0)
    parts.push(
      '',
      renderTable({
        columns: ['Service', 'Objective', 'Promise', 'Window', 'Allows'],
        rows: objectives.map((each) => [each.service, each.name, promised(each), each.window, budgetOf(each)]),
      }),
    );
  if (guards.length > 0)
    parts.push('', renderTable({ columns: ['Guard', 'Matches', 'Bulkhead', 'Timeout'], rows: guards.map(guardRow) }));
  return `${parts.map(plain).join('\n')}\n`;
}

function guardRow({ match, name, bulkhead, timeout }: GuardRule, index: number): string[] {
  const { service, operation, client } = match;
  const matches = [service, operation, client === undefined ? undefined : [client].flat().join(' or ')];
  return [
    name ?? `guards[${index}]`,
    matches.filter((each) => each !== undefined).join(', '),
    bulkhead === undefined ? 'none' : optionsOf(bulkhead),
    timeout === undefined ? 'none' : typeof timeout === 'number' ? formatDuration(timeout) : shown(timeout),
  ];
}

function shown(timeout: string | object): string {
  return typeof timeout === 'string' ? timeout : `adaptive: ${optionsOf(timeout)}`;
}

function optionsOf(options: object): string {
  const given = Object.entries(options).map(([key, value]) => `${key} ${String(value)}`);
  return given.length === 0 ? 'defaults' : given.join(', ');
}

function asJson(findings: Findings): object {
  if (!findings.isValid) return { valid: false, problems: findings.problems, warnings: [] };
  const { read, objectives, warnings } = findings;
  return {
    valid: true,
    file: read.file,
    problems: [],
    warnings,
    objectives: objectives.map((each) => ({
      service: each.service,
      name: each.name,
      metric: each.metric,
      operation: each.operation,
      window: each.window,
      target: each.target,
      errorBudgetRatio: each.budgetRatio,
      promise: promised(each),
      allows: budgetOf(each),
    })),
    guards: read.config.guards ?? [],
  };
}

/** Workflow commands of GitHub Actions, which show up beside the lines of a change. */
function asAnnotations(findings: Findings): string {
  const lines = findings.isValid
    ? findings.warnings.map((warning) => annotation('warning', warning, warning.message))
    : findings.problems.map((problem) => annotation('error', problem, sentence(problem)));
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(
  kind: 'error' | 'warning',
  { file, line, column }: Pick<ConfigurationProblem, 'file' | 'line' | 'column'>,
  message: string,
): string {
  const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const properties = Object.entries({ file, line, col: column, title: 'opentelemetry-resilience' })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${kind} ${properties.join(',')}::${escaped(message)}`;
}

/** A problem without its place. */
function sentence({ path, value, allowed }: ConfigurationProblem): string {
  return new ConfigurationError([{ path, value, allowed }]).message;
}

function place({ file, line }: PlacedWarning): string {
  return file === undefined ? '' : `${file}:${line === undefined ? '' : `${line}:`} `;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Without what would command a terminal. */
function plain(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, '·');
}
