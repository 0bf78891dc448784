import assert from 'node:assert/strict';
import { readOpenSlo } from '../../../src/config/openslo/index.ts';
import { fixture, problemsIn, written, yamlOf } from './written-documents.ts';

describe('readOpenSlo', () => {
  it('reads every kind from a file of several documents', async () => {
    const documents = await readOpenSlo(fixture('shop.yaml'), 'shop.yaml');
    assert.deepEqual(
      documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      [
        'Service shop',
        'DataSource metrics',
        'SLI orders-answered',
        'AlertNotificationTarget desk',
        'AlertCondition burns',
        'AlertPolicy wake-us',
        'SLO orders',
      ],
    );
    const [service, , sli] = documents;
    assert.deepEqual(service?.metadata.labels, { team: 'storefront', region: ['north', 'south'] });
    assert.equal(sli?.metadata.annotations?.['opentelemetry-resilience/operation'], 'POST /orders');
  });

  it('reads what stands inline', async () => {
    const [search] = await readOpenSlo(fixture('inline.yaml'), 'inline.yaml');
    assert.ok(search?.kind === 'SLO');
    const [policy] = search.spec.alertPolicies ?? [];
    assert.equal(search.spec.indicator?.metadata.name, 'search-latency');
    assert.equal(policy?.spec?.conditions[0]?.spec?.condition.threshold, 2);
    assert.equal(policy?.spec?.notificationTargets[0]?.spec?.target, 'slack');
  });

  it('reads JSON, tabs and all, and a document that is a list', async () => {
    const documents = await readOpenSlo(fixture('list.json'), 'list.json');
    assert.deepEqual(
      documents.map(({ metadata, spec }) => [metadata.name, spec]),
      [
        ['one', {}],
        ['two', {}],
      ],
    );
    assert.deepEqual(documents[1]?.source.placeOf(['metadata', 'name']), { line: 3, column: 66 });
  });

  it('reads nothing from nothing', async () => {
    for (const text of ['', '\n', '# a comment\n', '---\n', '---\n---\n', '[]'])
      assert.deepEqual(await readOpenSlo(text, 'empty.yaml'), [], JSON.stringify(text));
  });

  it('takes null for left out', async () => {
    const [document] = await readOpenSlo(
      'apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: a\n  labels:\nspec:\n  description: # none\n',
      'a.yaml',
    );
    assert.deepEqual(document?.metadata, { name: 'a' });
    assert.deepEqual(document?.spec, {});
  });

  it('follows anchors and merge keys', async () => {
    const text = `
apiVersion: openslo/v1
kind: SLI
metadata: { name: a }
spec:
  ratioMetric:
    good: &query
      metricSource: &source { type: Any, spec: 1 }
    total:
      <<: *query
`;
    const [sli] = await readOpenSlo(text, 'a.yaml');
    assert.ok(sli?.kind === 'SLI');
    assert.equal(sli.spec.ratioMetric?.total?.metricSource.type, 'Any');
  });

  it('knows where everything stands', async () => {
    const documents = await readOpenSlo(fixture('shop.yaml'), 'shop.yaml');
    const slo = documents.at(-1)!;
    const line = (...path: (string | number)[]): number => slo.source.placeOf(path).line;
    assert.equal(slo.source.file, 'shop.yaml');
    const lines = fixture('shop.yaml').split('\n');
    const wished = lines.indexOf('      targetPercent: 99.9') + 1;
    assert.deepEqual(slo.source.placeOf(['kind']), { line: lines.indexOf('kind: SLO') + 1, column: 1 });
    assert.deepEqual(slo.source.placeOf(['spec', 'objectives', 1, 'targetPercent']), { line: wished, column: 7 });
    assert.equal(line('spec', 'objectives', 1), wished - 1);
    assert.equal(line('spec', 'indicator', 'spec'), line('spec'), 'what is not there stands where it would be held');
  });
});

describe('readOpenSlo, given what it cannot use', () => {
  it('lists every problem of every document, with file, line and column', async () => {
    const text = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: not a name
  annotations:
    -bad: x
    good: 5
spec:
  budgetingMethod: Timeslice
  timeWindow:
    - duration: 30 d
  indicatorRef: a
  indicator: {}
  objectives:
    - target: 1
      timeSliceWindow: 0
      color: red
---
apiVersion: openslo/v1
kind: Slo
metadata: {}
`;
    assert.deepEqual(
      (await problemsIn(text)).map(({ path, line, column }) => `${line}:${column} ${path}`),
      [
        "4:3 SLO 'not a name' metadata.name",
        "6:5 SLO 'not a name' metadata.annotations.-bad",
        "7:5 SLO 'not a name' metadata.annotations.good",
        "8:1 SLO 'not a name' spec.service",
        "13:3 SLO 'not a name' spec.indicator.metadata",
        "13:3 SLO 'not a name' spec.indicator.spec",
        "11:7 SLO 'not a name' spec.timeWindow[0].duration",
        "11:7 SLO 'not a name' spec.timeWindow[0].isRolling",
        "9:3 SLO 'not a name' spec.budgetingMethod",
        "15:7 SLO 'not a name' spec.objectives[0].target",
        "16:7 SLO 'not a name' spec.objectives[0].timeSliceWindow",
        "17:7 SLO 'not a name' spec.objectives[0].color",
        "12:3 SLO 'not a name' spec.indicatorRef",
        '20:1 document 2 kind',
      ],
    );
  });

  it('says what is wrong with the syntax, and where', async () => {
    const problems = await problemsIn('apiVersion: openslo/v1\nkind: Service\nkind: Service\n---\na: [1, 2\n');
    assert.deepEqual(
      problems.map(({ path, value, file, line }) => [path, value, file, line]),
      [
        ['document 1', 'kind: Service', 'slo.yaml', 3],
        ['document 2', 'a: [1, 2', 'slo.yaml', 6],
      ],
    );
    assert.match(problems[0]!.allowed, /^YAML or JSON \(Map keys must be unique/);
  });

  it('is not blown up by aliases of aliases', async () => {
    const levels = 'abcdefgh'.split('');
    const bomb = levels.map((key, index) =>
      index === 0
        ? 'a: &a [x]'
        : `${key}: &${key} [${Array<string>(10)
            .fill(`*${levels[index - 1]}`)
            .join(', ')}]`,
    );
    const problems = await problemsIn(bomb.join('\n'));
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.allowed, /alias/i);
  });

  it('tells what to do about other versions, and looks no further there', async () => {
    const problems = await problemsIn(fixture('older.yaml'));
    assert.deepEqual(
      problems.map(({ path, line }) => [path, line]),
      [
        ["SLO 'older' apiVersion", 2],
        ["SLO 'newer' apiVersion", 19],
      ],
    );
    assert.match(problems[0]!.allowed, /^'openslo\/v1'; v1alpha has to be rewritten: .*timeWindow/);
    assert.match(problems[1]!.allowed, /^'openslo\/v1'; v2alpha is a draft: .*indicatorRef/);
  });

  it('refuses what is no object', async () => {
    for (const text of ['5', 'text', '[1]', '- - a'])
      assert.match((await problemsIn(text))[0]?.allowed ?? '', /^an object with apiVersion/, text);
  });

  it('shows nothing of what a data source may keep secret', async () => {
    const document = written('DataSource', 'a', { type: 'Any', password: 'hunter2', connectionDetails: { key: 'x' } });
    const [problem] = await problemsIn(yamlOf(document));
    assert.equal(problem?.path, "DataSource 'a' spec.password");
    assert.equal(problem?.value, '…');
  });
});
