import type * as YamlModule from 'yaml';
import type { Document, LineCounter, Node } from 'yaml';
import type { Keys } from './problem-path.ts';

/** Where something stands in a file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Looks up where the value at a path stands: at its key, where it has one; where there is no such value, what would hold it. */
export function placesOf(
  { isAlias, isMap, isScalar, isSeq }: typeof YamlModule,
  document: Document.Parsed,
  lines: LineCounter,
): (path: Keys) => Place {
  return (path) => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0] ?? 0;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(document);
      let at: Node | undefined;
      if (isMap(node)) {
        const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key));
        at = pair?.key as Node | undefined;
        node = pair?.value;
      } else if (isSeq(node)) {
        at = node.items[Number(key)] as Node | undefined;
        node = at;
      }
      if (at === undefined) break;
      offset = at.range?.[0] ?? offset;
    }
    return placeAt(lines, offset);
  };
}

/** The place of a character, counted from 0. */
export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
