import assert from 'node:assert/strict';
import { generateRules } from '../../src/generate/generate-rules.ts';
import type { Rule, RuleFile } from '../../src/generate/rule.ts';
import type { RuleOptions } from '../../src/generate/rule-options.ts';
import type { Objective } from '../../src/sla/objective.ts';

const checkout: Objective = { service: 'checkout', metric: 'availability', target: 0.999 };

function rulesOf({ groups }: RuleFile): Rule[] {
  return groups.flatMap(({ rules }) => [...rules]);
}

function exprOf(objectives: Objective[], record: string, options?: RuleOptions): string[] {
  const { recording } = generateRules(objectives, options);
  return rulesOf(recording).flatMap((rule) => ('record' in rule && rule.record === record ? [rule.expr] : []));
}

const events = (window: string): string => `sla_objective:sla_events:increase${window}`;

describe('generated rules', () => {
  it('sum the increases of every instance, never a mean of ratios', () => {
    assert.deepEqual(exprOf([checkout], events('5m')), [
      'sum by (sla_service, sla_objective) (increase(sla_events_total{sla_service="checkout",sla_objective="availability"}[5m]))',
    ]);
    const { recording } = generateRules([checkout]);
    assert(rulesOf(recording).every(({ expr }) => !expr.includes('avg')));
  });

  it('read windows up to an hour off the counters, and sum longer ones of 5 m', () => {
    assert.match(exprOf([checkout], events('1h'))[0]!, /increase\(sla_events_total\{.*\}\[1h\]\)/);
    assert.equal(
      exprOf([checkout], events('6h'))[0],
      `sum by (sla_service, sla_objective) (sum_over_time(${events('5m')}{sla_service="checkout",sla_objective="availability"}[6h])) / 10`,
    );
    assert.match(exprOf([checkout], events('6h'), { interval: '1m' })[0]!, / \/ 5$/);
  });

  it('record what the alerts and the period of an objective need, and no more', () => {
    const windows = (objective: Objective): string[] =>
      rulesOf(generateRules([objective]).recording).flatMap((rule) =>
        'record' in rule && rule.record.startsWith(events('')) ? [rule.record.slice(events('').length)] : [],
      );
    assert.deepEqual(windows(checkout), ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d']);
    assert.deepEqual(windows({ ...checkout, window: '7d' }), ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '7d']);
    assert.deepEqual(windows({ ...checkout, window: '10m' }), ['5m', '10m', '1h']);
    assert.deepEqual(windows({ ...checkout, target: 0.9, window: '90d' }), ['5m', '1h', '2h', '6h', '1d', '3d', '90d']);
  });

  it('leave a service that is named to the objective that names it', () => {
    const exprs = exprOf([{ metric: 'availability', target: 0.99 }, checkout], events('5m'));
    assert.match(exprs[0]!, /\{sla_service!="checkout",sla_objective="availability"\}/);
    assert.match(exprs[1]!, /\{sla_service="checkout",sla_objective="availability"\}/);
  });

  it('find the copies of patterns by expressions, with names escaped', () => {
    const objective: Objective = {
      name: 'fast "x" (1*)',
      service: 'shop.*',
      operation: 'GET /a?',
      metric: 'response_time',
      target: '300ms',
    };
    assert.match(
      exprOf([objective], events('5m'))[0]!,
      /\{sla_service=~"shop\\\\\.\.\*",sla_objective=~"fast \\"x\\" \\\\\(1\\\\\*\\\\\) GET \/a\."\}/,
    );
  });

  it('have labels that no two share: those of the copy, or what the pattern is', () => {
    const { recording, alerts } = generateRules([
      { ...checkout, name: '{{ x }}' },
      { metric: 'availability', target: 0.99, operation: 'GET *' },
      { metric: 'availability', target: 0.99 },
    ]);
    const labels = (file: RuleFile): Set<string | undefined> =>
      new Set(rulesOf(file).map((rule) => rule.labels?.['sla_pattern'] ?? rule.labels?.['sla_objective']));
    const patterns = ['* GET * availability GET *', '* availability', undefined];
    assert.deepEqual(labels(recording), new Set(['{{ x }}', ...patterns]));
    // Labels of alerts are templates.
    assert.deepEqual(labels(alerts), new Set(['{{ "{{ x }}" }}', ...patterns]));
    for (const file of [recording, alerts]) {
      const rules = rulesOf(file).map(({ labels: own, ...rule }) =>
        JSON.stringify([
          'record' in rule ? rule.record : rule.alert,
          Object.entries(own ?? {})
            .map(String)
            .toSorted(),
        ]),
      );
      assert.equal(new Set(rules).size, rules.length);
    }
  });

  it('know the target, the threshold and the factors as series', () => {
    const response: Objective = { service: 'a', metric: 'response_time', target: '300ms', percentile: 0.99 };
    assert.match(exprOf([response], 'sla_objective:sla_target:ratio')[0]!, / \* 0 \+ 0\.99$/);
    assert.match(exprOf([response], 'sla_objective:sla_response_time_threshold:seconds')[0]!, / \* 0 \+ 0\.3$/);
    const throughput: Objective = { service: 'a', metric: 'throughput', target: 12.5 };
    assert.match(exprOf([throughput], 'sla_objective:sla_throughput_threshold:rate')[0]!, / \* 0 \+ 12\.5$/);
    assert.deepEqual(
      exprOf([checkout], 'sla_objective:sla_burn_rate_threshold:ratio').map((expr) => expr.split(' + ')[1]),
      ['14.4', '6', '3', '1'],
    );
  });

  it('hold alerts to a least number of bad events, unless that is none', () => {
    const fast = (options: RuleOptions): string => rulesOf(generateRules([checkout], options).alerts)[0]!.expr;
    assert.match(fast({}), / > 4\.5$/);
    assert.match(fast({ minBadEvents: 20 }), / > 19\.5$/);
    assert.match(fast({ minBadEvents: 0 }), /\{sla_window="5m",[^}]*\} > 14\.4$/);
  });

  it('say in a runbook what it means and how long the budget lasts, without any name in the text', () => {
    const name = '{{ $labels }} "x"';
    const [alert] = rulesOf(generateRules([{ ...checkout, name }]).alerts);
    assert(alert !== undefined && 'alert' in alert);
    const { runbook = '', summary = '' } = alert.annotations;
    assert(!runbook.includes(name) && !summary.includes(name));
    assert.match(runbook, /requests that failed are bad\.\nAt least 99\.9 % of them/);
    assert.match(runbook, /gone within 2d 2h at most/);
    assert.match(runbook, /What is left of it lasts \{\{ \. \| first \| value \| humanizeDuration \}\}/);
  });

  it('watch every service that is named, once', () => {
    const { recording } = generateRules([
      checkout,
      { ...checkout, name: 'b' },
      { ...checkout, service: 'p*', name: 'c' },
    ]);
    const [last] = rulesOf(recording).slice(-1);
    assert.match(last!.expr, /sla_requests_total\{sla_service=~"checkout\|p\.\*",span_kind!="client"/);
  });

  it('keep to groups of 20 rules at most, each with a name of its own', () => {
    const { recording, alerts } = generateRules([
      { ...checkout, window: '90d' },
      { ...checkout, metric: 'response_time', target: '1s', window: '90d' },
      { ...checkout, name: 'availability!' },
      { ...checkout, name: 'availability long', window: '7d' },
      { ...checkout, name: 'ü' },
      { ...checkout, name: 'ß' },
    ]);
    const groups = [...recording.groups, ...alerts.groups];
    assert(groups.every(({ rules }) => rules.length > 0 && rules.length <= 20));
    assert.equal(new Set(groups.map(({ name }) => name)).size, groups.length);
    assert(groups.every(({ name }) => /^[a-z0-9-]+$/.test(name)));
  });

  it('run through the same windows so many times faster for a rehearsal, under the same names', () => {
    const [slow, fast] = [generateRules([checkout]), generateRules([checkout], { speed: 60 })];
    assert.deepEqual(
      rulesOf(fast.recording).map((rule) => ('record' in rule ? rule.record : rule.alert)),
      rulesOf(slow.recording).map((rule) => ('record' in rule ? rule.record : rule.alert)),
    );
    assert.equal(fast.recording.groups[0]?.interval, '500ms');
    assert.match(exprOf([checkout], events('1h'), { speed: 60 })[0]!, /\[1m\]/);
    assert.match(exprOf([checkout], events('30d'), { speed: 60 })[0]!, /\[12h\]\)\) \/ 10$/);
  });

  it('make nothing of nothing', () => {
    const { recording, alerts, tests, warnings } = generateRules([]);
    assert.deepEqual(
      [recording.groups, alerts.groups, tests.hours.tests, tests.days.tests, warnings],
      [[], [], [], [], []],
    );
  });

  it('refuse options that are wrong, all at once', () => {
    const options = { pipeline: 'x', minBadEvents: -1, interval: '7s', speed: 0 } as unknown as RuleOptions;
    assert.throws(
      () => generateRules([], options),
      (error: { code: string; problems: { path: string }[] }) => {
        assert.equal(error.code, 'INVALID_CONFIGURATION');
        assert.deepEqual(
          error.problems.map(({ path }) => path),
          ['pipeline', 'minBadEvents', 'interval', 'speed'],
        );
        return true;
      },
    );
  });
});

describe('what rules cannot say', () => {
  const warnings = (objective: Objective): string[] => [...generateRules([objective]).warnings];

  it('is said of tiers that nothing reaches', () => {
    assert.match(warnings({ ...checkout, target: 0.9 }).join('\n'), /burn-rate pair\(s\) over 1h; they are left out/);
  });

  it('is said of tiers that would fire while on course', () => {
    assert.match(warnings({ ...checkout, window: '7d' }).join('\n'), /over 1d, 3d .* raised to 1/);
  });

  it('is said of periods of the calendar, whose burn rates still raise alerts', () => {
    const month: Objective = { ...checkout, window: { every: '1M', timeZone: 'Europe/Berlin' } };
    assert.match(warnings(month).join('\n'), /cannot look back to the beginning of 1M@Europe\/Berlin/);
    const { alerts, recording } = generateRules([month]);
    assert.equal(rulesOf(alerts).length, 5);
    assert(!rulesOf(recording).some((rule) => 'record' in rule && rule.record.includes('remaining')));
    assert(!JSON.stringify(alerts).includes('exhausted_in'));
  });

  it('is said of windows shorter than 5 m', () => {
    const said = warnings({ ...checkout, window: '1m' });
    assert.match(said.join('\n'), /shorter than the 5m that rules look back at least/);
    assert.match(said.join('\n'), /it has no alerts/);
  });

  it('is said of slices, which every instance judges by itself', () => {
    assert.match(
      warnings({ service: 'a', metric: 'throughput', target: 50 }).join('\n'),
      /50 requests a second are asked of every instance/,
    );
    assert.match(warnings({ ...checkout, slice: '10m' }).join('\n'), /longer than the short window .* over 1h;/);
  });

  it('is said of an objective that others take all of the place of', () => {
    const { warnings: said } = generateRules([
      { metric: 'availability', target: 0.9 },
      { service: 'a*', metric: 'availability', target: 0.99 },
    ]);
    assert.match(
      said.join('\n'),
      /\(service 'a\*'\): other objectives of its name take all of its place; it has no rules/,
    );
  });

  it('stands as a comment at its group', () => {
    const { comments } = generateRules([{ ...checkout, target: 0.9 }]);
    assert.match(comments.get('sla-checkout-availability-alerts')!, /left out/);
  });
});
