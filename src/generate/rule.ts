/** What Prometheus, Thanos, Mimir and vmalert read, as data. */

/** A file of rule groups. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Rules that are evaluated one after the other, at one time. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertRule;

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Labels;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export type Labels = Readonly<Record<string, string>>;
