import assert from 'node:assert/strict';
import { OPENSLO_ANNOTATIONS } from '../../../src/config/openslo/index.ts';
import { mapped, RATIO, THRESHOLD, written, writtenSlo } from './written-documents.ts';

describe('the annotations of OpenSLO documents', () => {
  it('all begin with our prefix', () => {
    for (const key of Object.values(OPENSLO_ANNOTATIONS)) assert.match(key, /^opentelemetry-resilience\/[a-z-]+$/);
  });

  it('say which requests count', async () => {
    const annotations = { metric: 'availability', service: 'web-*', operation: 'GET /*', kind: 'server,consumer' };
    const { objectives } = await mapped(writtenSlo({ annotations }));
    const { service, operation, kind } = objectives[0]!;
    assert.deepEqual([service, operation, kind], ['web-*', 'GET /*', ['server', 'consumer']]);
  });

  it('count at the SLO before the SLI, and there before the Service', async () => {
    const own = (from: string): Record<string, string> => ({
      metric: 'availability',
      operation: `${from} operation`,
      service: `${from} service`,
    });
    const sli = written('SLI', 'sli', RATIO, own('sli'));
    const service = written('Service', 'web', {}, { service: 'service service' });
    const slo = (annotations: Record<string, string>): unknown =>
      writtenSlo({ spec: { indicator: undefined, indicatorRef: 'sli' }, annotations });
    const [all] = (await mapped(slo(own('slo')), sli, service)).objectives;
    assert.deepEqual([all?.service, all?.operation], ['slo service', 'slo operation']);
    const [some] = (await mapped(slo({ operation: 'slo operation' }), sli, service)).objectives;
    assert.deepEqual([some?.service, some?.operation], ['sli service', 'slo operation']);
    const [one] = (await mapped(writtenSlo({}), service)).objectives;
    assert.equal(one?.service, 'service service');
  });

  it('may stand at an inline indicator', async () => {
    const annotations = { 'opentelemetry-resilience/metric': 'error_rate' };
    const indicator = { metadata: { name: 'sli', annotations }, spec: RATIO };
    const { objectives } = await mapped(writtenSlo({ spec: { indicator }, annotations: {} }));
    assert.equal(objectives[0]?.metric, 'error_rate');
  });

  it('leave an SLO to others, but not what is wrong in it', async () => {
    const spec = { indicator: undefined, indicatorRef: 'nowhere' };
    const none = { metric: 'none' };
    assert.deepEqual(await mapped(writtenSlo({ annotations: none })), { objectives: [], problems: [], warnings: [] });
    assert.equal((await mapped(writtenSlo({ annotations: none, spec }))).problems.length, 1);
  });

  for (const [what, change, suggested] of [
    ['a ratio', {}, ['metric: availability']],
    [
      'a threshold from above',
      { indicator: THRESHOLD, objective: { op: 'lt', value: 1 } },
      ['metric: response_time', 'value-unit: ms'],
    ],
    [
      'a threshold from below',
      { indicator: THRESHOLD, objective: { op: 'gte', value: 1 } },
      ['metric: throughput', 'value-unit: 1/s'],
    ],
  ] as const) {
    it(`are shown where ${what} has none`, async () => {
      const { objectives, problems } = await mapped(writtenSlo({ name: 'mute', annotations: {}, ...change }));
      assert.deepEqual(objectives, []);
      assert.equal(problems.length, 1);
      const [{ path, file, line, allowed }] = problems as [(typeof problems)[0]];
      assert.deepEqual([path, file, line], ["SLO 'mute' metadata.annotations", 'slo.yaml', 5]);
      for (const each of suggested) assert.ok(allowed.includes(`\`opentelemetry-resilience/${each}\``), allowed);
    });
  }

  it('are refused where they are none of ours, or have no such value', async () => {
    const annotations = { metric: 'latency', kind: 'server, clients', percentile: '0.95' };
    const { problems } = await mapped(writtenSlo({ annotations }));
    assert.deepEqual(
      problems.map(({ path, value }) => [path, value]),
      [
        ["SLO 'slo' metadata.annotations.opentelemetry-resilience/percentile", '0.95'],
        ["SLO 'slo' metadata.annotations.opentelemetry-resilience/metric", 'latency'],
      ],
    );
    const others = await mapped(
      writtenSlo({ annotations: { metric: 'response_time', threshold: '0ms', kind: 'server,clients' } }),
      written('Service', 'web', {}, { metric: 'availability' }),
      written(
        'AlertCondition',
        'a',
        { severity: 'page', condition: { op: 'gt', threshold: 1, lookbackWindow: '1h' } },
        { service: 'a' },
      ),
    );
    assert.deepEqual(
      others.problems.map(({ path }) => path.replace(/ .*\//, ' ')),
      ['SLO kind', 'SLO threshold', 'Service metric', 'AlertCondition service'],
    );
  });

  it('that say nothing are told of', async () => {
    const { objectives, warnings } = await mapped(
      writtenSlo({ annotations: { metric: 'availability', threshold: '1s', 'value-unit': 'ms' } }),
    );
    assert.equal(objectives.length, 1);
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/.*resilience\//, '')),
      [
        'threshold says nothing where the metric is availability',
        'value-unit says nothing where the metric is availability',
      ],
    );
  });
});
