/** Where something stands in a file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The keys and indices that lead to a value within a document. */
export type Path = readonly (string | number)[];

/** Where a document comes from, and where each of its values stands. */
export interface DocumentSource {
  readonly file: string;
  /** The value at `path`; where there is none, what would hold it. */
  readonly placeOf: (path: Path) => Place;
}

/** The kinds of OpenSLO v1. */
export type OpenSloKind = keyof SpecOfKind;

/** What can be read: one object of OpenSLO v1, checked, with what is `null` left out. */
export type OpenSloDocument = { [K in OpenSloKind]: DocumentOf<K> }[OpenSloKind];

export interface DocumentOf<K extends OpenSloKind> {
  readonly kind: K;
  readonly metadata: Metadata;
  readonly spec: SpecOfKind[K];
  readonly source: DocumentSource;
}

interface SpecOfKind {
  SLO: SloSpec;
  SLI: SliSpec;
  Service: Described;
  AlertPolicy: AlertPolicySpec;
  AlertCondition: AlertConditionSpec;
  AlertNotificationTarget: AlertNotificationTargetSpec;
  DataSource: DataSourceSpec;
}

export interface Metadata {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly labels?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface Described {
  readonly description?: string | undefined;
}

/** A document that stands inside another. */
export interface Inline<S> {
  readonly metadata: Metadata;
  readonly spec: S;
}

export interface SloSpec extends Described {
  readonly service: string;
  readonly indicator?: Inline<SliSpec> | undefined;
  readonly indicatorRef?: string | undefined;
  readonly timeWindow?: readonly TimeWindow[] | undefined;
  readonly budgetingMethod?: BudgetingMethod | undefined;
  readonly objectives: readonly SloObjective[];
  readonly alertPolicies?:
    readonly (Partial<Inline<AlertPolicySpec>> & { readonly alertPolicyRef?: string })[] | undefined;
}

export type BudgetingMethod = 'Occurrences' | 'Timeslices' | 'RatioTimeslices';
export type Operator = 'lte' | 'gte' | 'lt' | 'gt';

/** One item only: rolling, or aligned to a calendar. */
export interface TimeWindow {
  readonly duration: string;
  readonly isRolling?: boolean | undefined;
  readonly calendar?: { readonly startTime: string; readonly timeZone: string } | undefined;
}

export interface SloObjective {
  readonly displayName?: string | undefined;
  readonly op?: Operator | undefined;
  readonly value?: number | undefined;
  readonly target?: number | undefined;
  readonly targetPercent?: number | undefined;
  readonly timeSliceTarget?: number | undefined;
  /** A bare number is minutes. */
  readonly timeSliceWindow?: string | number | undefined;
  readonly indicator?: Inline<SliSpec> | undefined;
  readonly indicatorRef?: string | undefined;
  readonly compositeWeight?: number | undefined;
}

/** One of `thresholdMetric` and `ratioMetric`. */
export interface SliSpec extends Described {
  readonly thresholdMetric?: Metric | undefined;
  readonly ratioMetric?: RatioMetric | undefined;
}

/** `total` with `good` or `bad`, or `raw` with `rawType`. */
export interface RatioMetric {
  readonly counter?: boolean | undefined;
  readonly good?: Metric | undefined;
  readonly bad?: Metric | undefined;
  readonly total?: Metric | undefined;
  readonly rawType?: 'success' | 'failure' | undefined;
  readonly raw?: Metric | undefined;
}

/** A query, of which nothing is used here but the reference to its data source. */
export interface Metric {
  readonly metricSource: {
    readonly metricSourceRef?: string | undefined;
    readonly type?: string | undefined;
    readonly spec?: unknown;
  };
}

export interface AlertPolicySpec extends Described {
  readonly alertWhenNoData?: boolean | undefined;
  readonly alertWhenResolved?: boolean | undefined;
  readonly alertWhenBreaching?: boolean | undefined;
  /** One item only. */
  readonly conditions: readonly (Partial<Inline<AlertConditionSpec>> & { readonly conditionRef?: string })[];
  readonly notificationTargets: readonly (Partial<Inline<AlertNotificationTargetSpec>> & {
    readonly targetRef?: string;
  })[];
}

export interface AlertConditionSpec extends Described {
  readonly severity: string;
  readonly condition: {
    readonly kind?: 'burnrate' | undefined;
    readonly op: Operator;
    readonly threshold: number;
    readonly lookbackWindow: string;
    readonly alertAfter?: string | undefined;
  };
}

export interface AlertNotificationTargetSpec extends Described {
  readonly target: string;
}

export interface DataSourceSpec extends Described {
  readonly type: string;
  readonly connectionDetails?: unknown;
}
