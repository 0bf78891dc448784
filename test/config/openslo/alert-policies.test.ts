import assert from 'node:assert/strict';
import { mapped, written, writtenSlo } from './written-documents.ts';

const target = { metadata: { name: 'desk' }, spec: { target: 'email' } };

function policyWith(condition: Record<string, unknown>): Record<string, unknown> {
  const spec = { severity: 'page', condition: { kind: 'burnrate', lookbackWindow: '1h', ...condition } };
  return {
    alertWhenBreaching: true,
    conditions: [{ metadata: { name: 'burns' }, spec }],
    notificationTargets: [target],
  };
}

async function warningsOf(condition: Record<string, unknown>, duration = '30d'): Promise<string> {
  const spec = { timeWindow: [{ duration, isRolling: true }], alertPolicies: [{ alertPolicyRef: 'policy' }] };
  const { objectives, problems, warnings } = await mapped(
    writtenSlo({ spec }),
    written('AlertPolicy', 'policy', policyWith(condition)),
  );
  assert.equal(objectives.length, 1);
  assert.deepEqual(problems, []);
  return warnings.join('\n');
}

describe('alert policies', () => {
  it('that alert where the objective is at risk need no word', async () => {
    assert.equal(await warningsOf({ op: 'gte', threshold: 14.4 }), '');
    assert.equal(await warningsOf({ op: 'gt', threshold: 6, lookbackWindow: '6h' }), '');
    assert.equal(await warningsOf({ op: 'gt', threshold: 13.44 }, '4w'), '', 'the factor follows the window');
  });

  it('that ask for something else are told what there is instead', async () => {
    const expected =
      /^slo\.yaml:\d+: SLO 'slo' spec\.alertPolicies\[0\]: AlertPolicy 'policy' alerts at a burn rate gt 2 over 1h, which is not kept; this objective is at risk at burn rates over 14\.4 \(1h and 5m\), 6 \(6h and 30m\), 3 \(1d and 2h\), 1 \(3d and 6h\)$/;
    assert.match(await warningsOf({ op: 'gt', threshold: 2 }), expected);
    assert.match(await warningsOf({ op: 'gt', threshold: 14.4, lookbackWindow: '2h' }), /which is not kept/);
    assert.match(await warningsOf({ op: 'gt', threshold: 14.4 }, '7d'), /which is not kept/);
  });

  it('that alert while little burns were meant the other way round', async () => {
    assert.match(await warningsOf({ op: 'lte', threshold: 14.4 }), /'lte' alerts while the burn rate is at most 14\.4/);
  });

  it('are compared where they stand inline, too', async () => {
    const policy = { kind: 'AlertPolicy', metadata: { name: 'inline' }, spec: policyWith({ op: 'lt', threshold: 2 }) };
    const { warnings } = await mapped(writtenSlo({ spec: { alertPolicies: [policy] } }));
    assert.equal(warnings.length, 2);
    assert.match(
      warnings.join('\n'),
      /spec\.alertPolicies\[0\]\.spec\.conditions\[0\]\.spec\.condition\.op: 'lt' alerts/,
    );
    assert.match(warnings.join('\n'), /AlertPolicy 'inline' alerts at a burn rate lt 2 over 1h, which is not kept/);
  });

  it('are followed to conditions that are documents of their own', async () => {
    const { warnings, problems } = await mapped(
      writtenSlo({ spec: { alertPolicies: [{ alertPolicyRef: 'policy' }] } }),
      written('AlertPolicy', 'policy', { conditions: [{ conditionRef: 'burns' }], notificationTargets: [target] }),
      written('AlertCondition', 'burns', {
        severity: 'page',
        condition: { op: 'gt', threshold: 3, lookbackWindow: '1h' },
      }),
    );
    assert.deepEqual(problems, []);
    assert.match(warnings.join('\n'), /burn rate gt 3 over 1h/);
  });
});
