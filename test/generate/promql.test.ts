import assert from 'node:assert/strict';
import { decimal, exactly, promDuration, quoted, selector } from '../../src/generate/promql.ts';

describe('PromQL', () => {
  it('names a series alone where every label may be anything', () => {
    assert.equal(selector('up', { label: 'job', isLike: true, text: '', pattern: '*' }), 'up');
  });

  it('compares where it can, and matches where it must', () => {
    assert.equal(
      selector('up', exactly('a', 'x*'), { label: 'b', isLike: false, text: 'x.', pattern: 'y*?' }),
      String.raw`up{a="x*",b!~"x\\.y.*."}`,
    );
  });

  it('chooses among patterns', () => {
    const choice = (...patterns: string[]): string => selector('up', { label: 's', patterns });
    assert.equal(choice('a'), 'up{s="a"}');
    assert.equal(choice('a*'), 'up{s=~"a.*"}');
    assert.equal(choice('a.b', 'c*'), String.raw`up{s=~"a\\.b|c.*"}`);
    assert.equal(choice('a', '*'), 'up');
    assert.equal(choice(), 'up');
  });

  it('replaces half a character, as exporters do', () => {
    assert.equal(quoted('a\ud800b'), '"a\ufffdb"');
    assert.equal(quoted('\u{1f600}'), '"\u{1f600}"');
  });

  it('writes lengths of time as whole numbers of one unit', () => {
    assert.deepEqual([300_000, 5_400_000, 500, 0.2, 1_000.4].map(promDuration), ['5m', '90m', '500ms', '1ms', '1s']);
  });

  it('writes numbers without the noise of binary fractions', () => {
    assert.deepEqual([0.1 + 0.2, (0.02 * 30 * 24) / 1, 1e-7].map(decimal), ['0.3', '14.4', '1e-7']);
  });
});
