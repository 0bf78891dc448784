import * as v from 'valibot';
import { description, fields, name, rules, someText } from './schema-parts.ts';

const metric = fields({
  metricSource: v.pipe(
    fields({ metricSourceRef: v.optional(name), type: v.optional(someText), spec: v.optional(v.unknown()) }),
    rules(({ metricSourceRef, type }, refuse) => {
      if (metricSourceRef === undefined && type === undefined)
        refuse('type', 'a metric source such as Prometheus, or a metricSourceRef that names a DataSource');
    }),
  ),
});

const ratioMetric = v.pipe(
  fields({
    counter: v.optional(v.boolean('true or false')),
    good: v.optional(metric),
    bad: v.optional(metric),
    total: v.optional(metric),
    rawType: v.optional(v.picklist(['success', 'failure'], 'success or failure')),
    raw: v.optional(metric),
  }),
  rules(({ good, bad, total, raw, rawType }, refuse) => {
    if (raw !== undefined) {
      for (const [field, given] of Object.entries({ good, bad, total }))
        if (given !== undefined) refuse(field, 'nothing beside raw, which is the whole ratio');
      if (rawType === undefined) refuse('rawType', 'success or failure, which says what raw is a ratio of');
      return;
    }
    if (rawType !== undefined) refuse('rawType', 'nothing without raw');
    if (total === undefined) refuse('total', 'a metric: total with good or bad, or raw with rawType');
    if (good === undefined && bad === undefined) refuse('good', 'a metric: total goes with good or with bad');
    if (good !== undefined && bad !== undefined)
      refuse('bad', 'nothing beside good: one of them follows from the other');
  }),
);

export const sliSpec: v.GenericSchema = v.pipe(
  fields({ description, thresholdMetric: v.optional(metric), ratioMetric: v.optional(ratioMetric) }),
  rules(({ thresholdMetric, ratioMetric: ratio }, refuse) => {
    if (thresholdMetric === undefined && ratio === undefined)
      refuse('ratioMetric', 'a metric: one of ratioMetric and thresholdMetric');
    if (thresholdMetric !== undefined && ratio !== undefined) refuse('ratioMetric', 'nothing beside thresholdMetric');
  }),
);
