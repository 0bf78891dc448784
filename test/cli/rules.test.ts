import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { FILE } from '../../src/generate/file-names.ts';
import { command } from '../support/command-line.ts';
import { ConfigFolder } from '../support/config-folder.ts';

const CONFIG = 'sla: { objectives: [{ service: checkout, metric: availability, target: 0.999 }] }';

describe('the command rules', () => {
  it('writes the files of a configuration, and names them', async () => {
    using folder = new ConfigFolder({ 'a.yaml': CONFIG });
    const out = folder.of('made');
    const { code, out: said, err } = await command('rules', folder.of('a.yaml'), '--out', out);
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(readdirSync(out), Object.values(FILE).toSorted());
    assert.deepEqual(
      said.trim().split('\n').toSorted(),
      readdirSync(out).map((name) => folder.of(`made/${name}`)),
    );
  });

  it('takes how metrics come, the floor, the interval and the speed', async () => {
    using folder = new ConfigFolder({ 'a.yaml': CONFIG });
    const options = ['--pipeline', 'otlp', '--min-bad-events', '7', '--interval', '1m', '--speed', '60'];
    const { code } = await command('rules', folder.of('a.yaml'), '--out', folder.of('made'), ...options);
    assert.equal(code, 0);
    const alerts = readFileSync(folder.of(`made/${FILE.alerts}`), 'utf8');
    assert.match(alerts, /> 6\.5$/m);
    assert.match(alerts, /interval: 1s$/m);
    assert.match(alerts, /for: 5s$/m);
  });

  it('says what cannot be said in rules', async () => {
    using folder = new ConfigFolder({ 'a.yaml': CONFIG.replace('0.999', '0.9') });
    const { code, err } = await command('rules', folder.of('a.yaml'), '--out', folder.of('made'));
    assert.equal(code, 0);
    assert.match(err, /^warning: objective 'availability' .* they are left out\n$/);
  });

  it('refuses a configuration without objectives, and one that is wrong', async () => {
    using folder = new ConfigFolder({ 'a.yaml': 'guards: []', 'b.yaml': CONFIG.replace('0.999', '9') });
    const none = await command('rules', folder.of('a.yaml'));
    assert.deepEqual([none.code, none.out], [1, '']);
    assert.match(none.err, /a\.yaml has no objectives to make rules of/);
    const wrong = await command('rules', folder.of('b.yaml'));
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /target: expected a number over 0/);
  });

  it('refuses options that are wrong', async () => {
    using folder = new ConfigFolder({ 'a.yaml': CONFIG });
    assert.equal((await command('rules', folder.of('a.yaml'), '--pipeline', 'x')).code, 64);
    assert.equal((await command('rules', folder.of('a.yaml'), 'b')).code, 64);
    const { code, err } = await command('rules', folder.of('a.yaml'), '--speed', 'much');
    assert.deepEqual([code, err], [1, 'speed: expected a number of 1 to 60, got NaN\n']);
  });
});
