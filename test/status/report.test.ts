import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { renderHtmlReport } from '../../src/status/report/html-report.ts';
import { objectiveRows, scoped } from '../../src/status/report/rows.ts';
import { renderMarkdown, renderTable } from '../../src/status/report/table.ts';
import { viewOf } from '../support/status-view.ts';

const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
  fc.constantFrom(
    'a | b',
    '<script>',
    '[x](javascript:alert(1))',
    '\u001b[31mred\u001b[0m',
    'two\nlines',
    '\u202eback',
  ),
);

describe('a report', () => {
  it('is a table of all objectives, of a service, and of a period', () => {
    const view = scoped(viewOf(), { service: 'shop' });
    assert.deepEqual(
      renderTable(objectiveRows(view, { period: '1h' }))
        .split('\n')
        .map((line) => line.split(/ {2,}/).join(' | ')),
      [
        'SERVICE | OBJECTIVE | PROMISE | WINDOW | STATUS | ATTAINED | ATTAINED IN 1H | BUDGET LEFT | LASTS | BAD | EVENTS',
        'shop | availability | 99 % succeed | 30d | BREACHED | 90 % | 90 % | -900 % | spent | 4 | 40',
        'shop | throughput | 99 % of slices at 1 a second or more | 30d | no data | – | – | – | – | 0 | 0',
        'shop | of shop | 95 % within 100 ms | 30d | BREACHED | 75 % | 75 % | -400 % | spent | 10 | 40',
      ],
    );
    assert.equal(objectiveRows(viewOf(), {}).rows.length, 6);
    assert.equal(objectiveRows(scoped(viewOf(), { service: 'nobody' }), {}).rows.length, 0);
  });

  it('has a line an objective whatever spans are called, and commands no terminal', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const table = renderTable(objectiveRows(viewOf(name), {}));
        assert.equal(table.split('\n').length, 7);
        assert.doesNotMatch(table, /[^\P{Cc}\n]|\p{Bidi_Control}/u);
      }),
    );
  });

  it('is a Markdown table in which no name is markup', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const lines = renderMarkdown(objectiveRows(viewOf(name), {})).split('\n');
        assert.equal(lines.length, 8);
        for (const line of lines) assert.equal(line.split('|').length, 12);
        assert.doesNotMatch(lines.slice(2).join(''), /[<>[\]`*]/);
      }),
    );
  });

  it('is a page in one file, with a chart for each objective that has events', () => {
    const page = renderHtmlReport(viewOf(), 'Week <4>');
    assert.match(page, /<title>Week &#60;4&#62;<\/title>/);
    assert.doesNotMatch(page, /<script|<link| src=/);
    assert.deepEqual(
      [...page.matchAll(/aria-label="(Burn rates of [^"]*)"/g)].map(([, label]) => label),
      [
        'Burn rates of shop: availability: 5m 10, 30m 10, 1h 10, 2h 10, 6h 10, 1d 10, 3d 10',
        'Burn rates of shop: of shop: 5m 5, 30m 5, 1h 5, 2h 5, 6h 5, 1d 5, 3d 5',
      ],
    );
  });
});
