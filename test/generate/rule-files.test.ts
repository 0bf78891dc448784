import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { FILE } from '../../src/generate/file-names.ts';
import { generateRules } from '../../src/generate/generate-rules.ts';
import { renderRules } from '../../src/generate/rule-files.ts';
import type { Objective } from '../../src/sla/objective.ts';

const ODD = 'a "b" \\ c: # {{ d }} ü \u{1f600} \n- e\r\u2028f';
const objectives: Objective[] = [
  { service: 'checkout', metric: 'availability', target: 0.9 },
  { service: ODD, name: ODD, operation: `${ODD}*`, metric: 'response_time', target: '300ms' },
];

describe('rule files', () => {
  it('hold one YAML document each, which says the same as the data', async () => {
    const generated = generateRules(objectives);
    const files = await renderRules(generated);
    const parsed = Object.fromEntries(
      Object.entries(files).map(([name, text]): [string, unknown] => {
        const documents = parseAllDocuments(text);
        assert.equal(documents.length, 1, name);
        assert.deepEqual([documents[0]!.errors, documents[0]!.warnings], [[], []]);
        return [name, documents[0]!.toJS()];
      }),
    );
    assert.deepEqual(parsed, {
      [FILE.recording]: generated.recording,
      [FILE.alerts]: generated.alerts,
      [FILE.tests]: generated.tests.hours,
      [FILE.longTests]: generated.tests.days,
      [FILE.inhibition]: generated.inhibition,
    });
  });

  it('have no anchors, which not every reader of rules follows', async () => {
    for (const text of Object.values(await renderRules(generateRules(objectives))))
      assert.doesNotMatch(text, /^[^#"]*: [&*]\w+$/m);
  });

  it('say in comments what is left out, how long to keep what is recorded, and how metrics have to come', async () => {
    const files = await renderRules(generateRules(objectives));
    assert.match(files[FILE.alerts]!, /^ {2}# objective 'availability' .* over 1h; they are left out$/m);
    assert.match(files[FILE.recording]!, /^# What is recorded has to be kept for 30d/m);
    assert.match(files[FILE.recording]!, /^# Metrics are scraped/m);
    const otlp = await renderRules(generateRules(objectives, { pipeline: 'otlp' }));
    assert.match(otlp[FILE.recording]!, /^# Metrics are sent by OTLP.*service\.instance\.id/m);
    assert.match(otlp[FILE.alerts]!, /^ +for: 5m$/m);
  });

  it('quiet slower alerts of the same objective while a faster one fires', () => {
    const { inhibit_rules } = generateRules(objectives).inhibition;
    assert.deepEqual(
      inhibit_rules.map(({ source_matchers, target_matchers }) => [source_matchers[1], target_matchers[1]]),
      [
        ['tier="fast"', 'tier=~"medium|slow|trend"'],
        ['tier="medium"', 'tier=~"slow|trend"'],
        ['tier="slow"', 'tier=~"trend"'],
      ],
    );
    assert(inhibit_rules.every(({ equal }) => equal.join() === 'sla_service,sla_objective'));
  });
});
