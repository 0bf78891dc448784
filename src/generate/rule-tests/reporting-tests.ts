/** A service that stops reporting, one that goes on, one that had nothing to report, and a dependency. */
import { STOPPED_ALERT } from '../reporting-rules.ts';
import { COUNTER, LABEL } from '../labels.ts';
import type { Pace } from '../pace.ts';
import { counterValues, type Phase } from './counter-values.ts';
import { type InputSeries, type RuleTest, seriesText } from './promtool.ts';
import type { Subject } from './subject.ts';

const MINUTE = 60_000;
const LEAVES = 8;
const STEPS = 30;

/** @param forMillis - how long nothing has to come until it is told. */
export function reportingTests(subjects: readonly Subject[], pace: Pace, forMillis: number): RuleTest[] {
  const [service] = new Set(subjects.map((subject) => subject.service));
  if (service === undefined) return [];
  const at = (steps: number): string => pace.duration(steps * MINUTE + forMillis);
  const stopped = (...states: string[]): RuleTest['promql_expr_test'][number]['exp_samples'] =>
    states.map((alertstate) => ({
      labels: seriesText('ALERTS', {
        alertname: STOPPED_ALERT,
        alertstate,
        [LABEL.severity]: 'page',
        [LABEL.service]: service,
      }),
      value: 1,
    }));
  const test = (
    name: string,
    input: readonly InputSeries[],
    expected: readonly (readonly [steps: number, ...states: string[]])[],
  ): RuleTest => ({
    name,
    interval: pace.duration(MINUTE),
    input_series: input,
    promql_expr_test: expected.map(([steps, ...states]) => ({
      expr: seriesText('ALERTS', { alertname: STOPPED_ALERT }),
      eval_time: at(steps),
      exp_samples: stopped(...states),
    })),
  });
  const leaves: Phase[] = [{ steps: LEAVES, grows: 10 }, { does: 'leave' }];
  const stays: Phase[] = [{ steps: STEPS, grows: 10 }];
  return [
    test('tells that a service has stopped reporting, after a while', requests(service, 'server', leaves), [
      [LEAVES - 1, 'pending'],
      [LEAVES + 3, 'firing'],
    ]),
    test(
      'does not while one of its instances goes on',
      [...requests(service, 'server', leaves), ...requests(service, 'server', stays, 'example-2:9464')],
      [[LEAVES + 3]],
    ),
    test(
      'does not of a service that had no requests',
      requests(service, 'server', [{ steps: LEAVES, grows: 0 }, { does: 'leave' }]),
      [[LEAVES + 3]],
    ),
    test('does not of a dependency, which may just not be called', requests(service, 'client', leaves), [[LEAVES + 3]]),
  ];
}

function requests(service: string, kind: string, phases: readonly Phase[], instance = 'example-1:9464'): InputSeries[] {
  const labels = { job: 'example', instance, [LABEL.service]: service, [LABEL.kind]: kind, [LABEL.result]: 'success' };
  return [{ series: seriesText(COUNTER.requests, labels), values: counterValues(phases) }];
}
