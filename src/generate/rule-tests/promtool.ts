/** What `promtool test rules` reads, as data. */
import { quoted } from '../promql.ts';
import type { Labels } from '../rule.ts';

export interface RuleTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  /** The groups in order: those that read what others record come after them. */
  readonly group_eval_order: readonly string[];
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly name: string;
  /** The time between two samples. */
  readonly interval: string;
  readonly input_series: readonly InputSeries[];
  readonly promql_expr_test: readonly Expectation[];
}

export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** What an expression gives at a time since the beginning: exactly these samples. */
export interface Expectation {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

/** A series as PromQL writes it. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${quoted(value)}`);
  return `${name}{${pairs.join(',')}}`;
}
