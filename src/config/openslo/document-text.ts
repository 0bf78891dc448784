import type { ConfigurationProblem } from '../../errors.ts';
import { withinTheStack } from '../yaml-depth.ts';
import { placeAt, placesOf } from '../yaml-places.ts';
import type { DocumentSource } from './documents.ts';

/** One object of a file, yet to be checked. */
export interface RawDocument {
  readonly value: unknown;
  readonly source: DocumentSource;
}

/** Splits YAML or JSON into its objects: one a document, or one an item where a document is a list. */
export async function splitDocuments(
  text: string,
  file: string,
): Promise<{ documents: RawDocument[]; problems: ConfigurationProblem[] }> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const documents: RawDocument[] = [];
  const problems: ConfigurationProblem[] = [];
  const options = { lineCounter: lines, merge: true, prettyErrors: false } as const;
  const parsed = withinTheStack(() => yaml.parseAllDocuments(text, options), file);
  for (const [index, document] of (Array.isArray(parsed) ? parsed : []).entries()) {
    const unreadable = (offset: number, message: string): void => {
      const { line, column } = placeAt(lines, offset);
      const value = text
        .split('\n', line)
        .findLast((each) => each.trim() !== '')
        ?.trim();
      problems.push({ path: `document ${index + 1}`, value, allowed: `YAML or JSON (${message})`, file, line, column });
    };
    for (const { pos, message } of document.errors) unreadable(pos[0], message);
    if (document.errors.length > 0 || document.contents === null) continue;
    const placeOf = placesOf(yaml, document, lines);
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (!Array.isArray(value)) documents.push({ value, source: { file, placeOf } });
      else
        for (const [item, each] of value.entries())
          documents.push({ value: each, source: { file, placeOf: (path) => placeOf([item, ...path]) } });
    } catch (error) {
      unreadable(document.contents.range?.[0] ?? 0, error instanceof Error ? error.message : String(error));
    }
  }
  return { documents: documents.filter(({ value }) => value !== null), problems };
}
