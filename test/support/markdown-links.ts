/** A link to a place in this repository: a path relative to the document, a heading there, or both. */
export interface Link {
  /** Empty for the document itself. */
  readonly path: string;
  /** As in the address, without `#`; empty for the whole document. */
  readonly heading: string;
}

/** The links of a document that do not leave the repository. What stands in code is no link. */
export function linksIn(text: string): Link[] {
  const prose = withoutCode(text);
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', heading = ''] = target.split('#');
      return { path, heading };
    });
}

/** What GitHub makes of the document's headings, so that they can be linked to. */
export function headingsOf(text: string): string[] {
  const blocksRemoved = text.replaceAll(/^```[^]*?^```$/gm, '');
  return [...blocksRemoved.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');
}
