/** Panels as every dashboard here has them: with a title, a description, a unit, and the datasource of the variable. */
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  type DashboardLinkBuilder,
  type DynamicConfigValue,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  type DataSourceRef,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
  VizTooltipOptionsBuilder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

/** What every panel has. */
export interface PanelText {
  readonly title: string;
  /** What it shows, and how to read it. */
  readonly description: string;
  readonly unit: string;
  readonly width: number;
  readonly height: number;
}

/** A query, and what its series are called. */
export type Target = readonly [expr: string, legend: string];

export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** Green while it is met, red when it is breached. */
export const STATUS: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      '0': { text: 'met', color: 'green', index: 0 },
      '1': { text: 'at risk', color: 'orange', index: 1 },
      '2': { text: 'breached', color: 'red', index: 2 },
    },
  },
];

export function timeSeries(text: PanelText, targets: readonly Target[]): TimeSeries {
  return described(new TimeSeries(), text)
    .targets(queries(targets))
    .lineWidth(2)
    .fillOpacity(8)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
}

/** Lines across a time series at these values. */
export function withLines(panel: TimeSeries, steps: readonly Threshold[]): TimeSeries {
  return panel
    .thresholds(thresholds(steps))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

export function stat(text: PanelText, targets: readonly Target[], steps: readonly Threshold[]): Stat {
  return described(new Stat(), text)
    .targets(queries(targets).map((query) => query.instant()))
    .thresholds(thresholds(steps));
}

export function barGauge(text: PanelText, targets: readonly Target[], steps: readonly Threshold[]): BarGauge {
  return described(new BarGauge(), text)
    .targets(queries(targets).map((query) => query.instant()))
    .thresholds(thresholds(steps))
    .min(0)
    .max(1);
}

export function stateTimeline(text: PanelText, targets: readonly Target[], mappings: ValueMapping[]): StateTimeline {
  return described(new StateTimeline(), text).targets(queries(targets)).mappings(mappings).mergeValues(true).fillOpacity(80);
}

/** One row a combination of labels, one column a query, in their order. */
export function table(
  text: PanelText,
  columns: readonly { readonly name: string; readonly expr: string; readonly properties: DynamicConfigValue[] }[],
  labels: Readonly<Record<string, string>>,
  links: readonly DashboardLinkBuilder[] = [],
): Table {
  const ids = columns.map((_, index) => String.fromCharCode(65 + index));
  const panel = described(new Table(), text)
    .targets(
      queries(columns.map(({ expr }) => [expr, ''])).map((query) => query.instant().format(PromQueryFormat.Table)),
    )
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        renameByName: { ...labels, ...Object.fromEntries(ids.map((id, index) => [`Value #${id}`, columns[index]!.name])) },
        indexByName: Object.fromEntries(
          [...Object.keys(labels), ...ids.map((id) => `Value #${id}`)].map((name, index) => [name, index]),
        ),
      },
    })
    .dataLinks([...links]);
  for (const { name, properties } of columns) panel.overrideByName(name, properties);
  return panel;
}

function thresholds(steps: readonly Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps]);
}

interface Describable {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  datasource(datasource: DataSourceRef): this;
  span(width: number): this;
  height(height: number): this;
}

function described<P extends Describable>(panel: P, { title, description, unit, width, height }: PanelText): P {
  return panel
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATASOURCE)
    .span(width)
    .height(height);
}

function queries(targets: readonly Target[]): DataqueryBuilder[] {
  return targets.map(([expr, legend], index) =>
    new DataqueryBuilder()
      .datasource(DATASOURCE)
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .legendFormat(legend),
  );
}
