import assert from 'node:assert/strict';
import { type ReadConfig, readConfig } from '../../src/config/load.ts';
import { ConfigFolder } from '../support/config-folder.ts';

const slo = (name: string, service = 'web', target = 0.99): string => `
apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}
  annotations: { opentelemetry-resilience/metric: availability }
spec:
  service: ${service}
  indicator:
    metadata: { name: ${name}-indicator }
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Any, spec: { query: any } } }
        total: { metricSource: { type: Any, spec: { query: any } } }
  timeWindow: [ { duration: 28d, isRolling: true } ]
  budgetingMethod: Occurrences
  objectives: [ { target: ${target} } ]
`;

function reading(folder: ConfigFolder): Promise<ReadConfig> {
  return readConfig('conf/resilience.yaml', { env: {}, folder: folder.path });
}

/** A configuration that names OpenSLO files, and the files. */
function folderOf(openslo: string, files: Readonly<Record<string, string>>, more = ''): ConfigFolder {
  return new ConfigFolder({ 'conf/resilience.yaml': `sla:\n  openslo: ${openslo}\n${more}`, ...files });
}

describe('OpenSLO files that a configuration names', () => {
  it('add their objectives to its own', async () => {
    using folder = folderOf(
      '[ slo/*.yaml, ../other.yaml ]',
      { 'conf/slo/b.yaml': slo('b'), 'conf/slo/a.yaml': slo('a'), 'other.yaml': slo('other') },
      '  objectives:\n    - { name: own, metric: availability, target: 0.9 }\n',
    );
    const { config, sources } = await reading(folder);
    const names = config.sla?.objectives?.map(({ service, window, name }) => [service, window, name?.split(' ')[0]]);
    assert.equal(names?.length, 4);
    assert.deepEqual(
      names?.map(([service]) => service),
      [undefined, 'web', 'web', 'web'],
    );
    assert.deepEqual(sources, [
      folder.of('conf/resilience.yaml'),
      folder.of('conf/slo/*.yaml'),
      folder.of('other.yaml'),
    ]);
  });

  it('are read once, however often they are named; folders and hidden files are none', async () => {
    using folder = folderOf('[ "slo/*", slo/a.yaml, ./slo/a.yaml ]', {
      'conf/slo/a.yaml': slo('a'),
      'conf/slo/.hidden.yaml': '[',
      'conf/slo/more/b.yaml': '[',
    });
    assert.equal((await reading(folder)).config.sla?.objectives?.length, 1);
  });

  it('are missed where they are not there', async () => {
    using folder = folderOf('[ slo/*.yaml, nowhere.yaml, "sl?/a.yaml", slo ]', { 'conf/slo/a.yml': slo('a') });
    await assert.rejects(reading(folder), {
      message: [
        'conf/resilience.yaml:2: sla.openslo[0]: expected a path or pattern of files that are there, got "slo/*.yaml"',
        'conf/resilience.yaml:2: sla.openslo[1]: expected a file that is there, got "nowhere.yaml"',
        'conf/resilience.yaml:2: sla.openslo[2]: expected a path with * and ? in its last part only, got "sl?/a.yaml"',
        'conf/resilience.yaml:2: sla.openslo[3]: expected a file, not a folder, got "slo"',
      ].join('\n'),
    });
  });

  it('have their problems told with those of the configuration, each with its file and line', async () => {
    using folder = folderOf(
      '[ slo/*.yaml ]',
      { 'conf/slo/a.yaml': slo('a', 'web', 99), 'conf/slo/b.yaml': 'a: [' },
      '  maxSeries: 0\n',
    );
    await assert.rejects(reading(folder), ({ message }: Error) => {
      const [own = '', ...others] = message.split('\n');
      assert.match(own, /^conf\/resilience\.yaml:3: sla\.maxSeries: /);
      assert.equal(others.length, 2);
      for (const [index, start] of [/^conf\/slo\/a\.yaml:18:/, /^conf\/slo\/b\.yaml:1:/].entries())
        assert.match(others[index] ?? '', start);
      return true;
    });
  });

  it('may not share a name with an objective of the configuration', async () => {
    using folder = folderOf('[ slo.yaml ]', { 'conf/slo.yaml': slo('a') });
    const [objective] = (await reading(folder)).config.sla?.objectives ?? [];
    const own = `  objectives:\n    - { name: ${objective?.name}, metric: throughput, target: 1 }\n`;
    using other = folderOf('[ slo.yaml ]', { 'conf/slo.yaml': slo('a') }, own);
    await assert.rejects(reading(other), {
      message: `conf/resilience.yaml:2: sla.openslo: expected a name that sla.objectives[0] does not have already, got "${objective?.name}"`,
    });
  });

  it('have their warnings told after those of the configuration', async () => {
    const odd = slo('a').replace('target: 0.99', 'target: 0.99, op: lte');
    using folder = folderOf('[ slo.yaml ]', { 'conf/slo.yaml': odd }, 'failures: { enabled: true }\n');
    const { warnings } = await reading(folder);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? '', /^conf\/resilience\.yaml:3: failures: /);
    assert.match(warnings[1] ?? '', /^conf\/slo\.yaml:18: /);
  });
});
