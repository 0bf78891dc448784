import assert from 'node:assert/strict';
import { assert as check, constantFrom, oneof, property, string } from 'fast-check';
import { BurnHistory } from '../../src/status/burn-history.ts';
import { html } from '../../src/status/html.ts';
import { renderContent, renderPage } from '../../src/status/page.ts';
import { viewOf } from '../support/status-view.ts';

const EMPTY = { generatedAt: '2026-11-24T12:00:00.000Z', services: [], bulkheads: [], timeouts: [] };

/** What stands on the page, without its markup. */
function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
    .trim();
}

function tagsOf(markup: string): string[] {
  return (markup.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

describe('the status page', () => {
  const content = (name?: string): string => renderContent(viewOf(name), new BurnHistory()).text;

  it('tells of every service its figures, and of every objective what was promised and how it stands', () => {
    const text = textOf(content());
    for (const part of [
      'shop ✕ breached Requests 40 Errors 10 %',
      'availability 99 % succeed over 30d ✕ breached since 2027-01-15 08:00',
      '90 % -900 % 10 in 5m',
      '95 % within 100 ms over 30d',
      '99 % of slices at 1 a second or more over 30d ○ no data',
      'peer of shop as its callers here see it',
    ])
      assert.ok(text.includes(part), `${part} is not in: ${text}`);
  });

  it('has a section for compartments and one for timeouts, where there are any', () => {
    const text = textOf(content());
    assert.ok(text.includes('shop ✕ isolated probes in 30 s 0 of 0 0 of 0 0 0'), text);
    assert.ok(text.includes('shop 5 s to begin with – 1 0 0'), text);
    assert.equal(textOf(renderContent(EMPTY, new BurnHistory()).text), 'No span has ended yet.');
  });

  it('says in one sentence how all objectives stand', () => {
    assert.match(renderPage(viewOf(), new BurnHistory()).text, /Objectives: 2 breached, 4 no data\./);
    assert.match(renderPage(EMPTY, new BurnHistory()).text, /No objectives\./);
  });

  it('never shows no data as success', () => {
    const text = textOf(content());
    assert.ok(!text.includes('100 %'), text);
    assert.ok(text.includes('○ no data – 1 events are too few – –'), text);
  });

  it('has the same markup whatever spans are called', () => {
    const hostile = oneof(
      string({ minLength: 1, maxLength: 60, unit: 'binary' }),
      constantFrom('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</section></main>', "' onload='"),
    );
    const plain = tagsOf(content('shop'));
    check(
      property(hostile, (name) => {
        assert.deepEqual(tagsOf(content(name)), plain);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its script and its style in files of their own', () => {
    const page = renderPage(viewOf(), new BurnHistory()).text;
    assert.doesNotMatch(page, / style=|<style| on[a-z]+=|javascript:/);
    assert.deepEqual(page.match(/<script[^>]*>[^<]*/g), ['<script src="status.js" defer>']);
  });

  it('escapes what is put into text and attributes', () => {
    assert.equal(
      html`<a title="${'"\'`&'}">${'<b>'}${[1, html`<i></i>`]}${undefined}</a>`.text,
      '<a title="&#34;&#39;&#96;&#38;">&#60;b&#62;1<i></i></a>',
    );
  });
});

describe('the history of burn rates', () => {
  it('keeps the latest samples of what is reported, and forgets what is not', () => {
    const history = new BurnHistory(3);
    for (let count = 0; count < 5; count++) history.sample(viewOf());
    const samples = history.of('shop', 'server', 'availability');
    assert.equal(samples.length, 3);
    assert.ok(Math.abs(samples[0]! - 10) < 1e-9, String(samples));
    assert.match(renderContent(viewOf(), history).text, /<polyline points="115\.9/);
    history.sample(EMPTY);
    assert.deepEqual(history.of('shop', 'server', 'availability'), []);
  });
});
