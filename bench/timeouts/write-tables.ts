import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/timeouts.md', import.meta.url);

/** Puts each table between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; where the page has no such place, at its end. */
export function writeTables(tables: Readonly<Record<string, string>>): void {
  let text = read();
  for (const [name, table] of Object.entries(tables)) {
    const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const part = `${open}\n\n${table}\n\n${close}`;
    const [from, to] = [text.indexOf(open), text.indexOf(close)];
    text = from < 0 || to < from ? `${text}\n${part}\n` : text.slice(0, from) + part + text.slice(to + close.length);
  }
  writeFileSync(page, text);
}

function read(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '# Timeouts\n';
  }
}
