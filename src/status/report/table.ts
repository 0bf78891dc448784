import type { ReportRows } from './rows.ts';

/** A report as a table for a terminal: figures to the right, everything else to the left. */
export function renderTable({ columns, rows }: ReportRows): string {
  const cells = rows.map((row) => row.map(plain));
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (isFigure(columns[index]!) ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.toUpperCase())), ...cells.map(line)].join('\n');
}

/** A report as a Markdown table. */
export function renderMarkdown({ columns, rows }: ReportRows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((column) => (isFigure(column) ? '---:' : '---'));
  return [line(columns), line(rule), ...rows.map((row) => line(row.map(escaped)))].join('\n');
}

function isFigure(column: string): boolean {
  return /^(Attained|Budget|Lasts|Bad|Events)/.test(column);
}

/** On one line, and without what would command a terminal: names come from spans. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '·');
}

/** What Markdown and HTML would read as markup. */
function escaped(text: string): string {
  return plain(text).replace(/[\\`*_{}[\]<>()#+!|&~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
