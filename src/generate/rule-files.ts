import { FILE } from './file-names.ts';
import type { GeneratedRules } from './generate-rules.ts';
import type { RuleFile } from './rule.ts';

const MADE = 'Made by `opentelemetry-resilience rules` of the declared objectives. Do not edit: make it anew.';

/** The files by name, each one YAML document. */
export async function renderRules(generated: GeneratedRules): Promise<Record<string, string>> {
  const { Document, isMap, isSeq } = await import('yaml');
  const render = (content: unknown, comment: string, comments: ReadonlyMap<string, string> = new Map()): string => {
    const document = new Document(content, { aliasDuplicateObjects: false });
    document.commentBefore = commented(`${MADE}\n${comment}`);
    const groups = document.get('groups');
    for (const group of isSeq(groups) ? groups.items : []) {
      const said = isMap(group) ? comments.get(String(group.get('name'))) : undefined;
      if (isMap(group) && said !== undefined) group.commentBefore = commented(said);
    }
    return document.toString({ lineWidth: 0 });
  };
  const rules = (file: RuleFile, comment: string): string => render(file, comment, generated.comments);
  return {
    [FILE.recording]: rules(generated.recording, generated.remarks),
    [FILE.alerts]: rules(generated.alerts, `The alerts over what ${FILE.recording} records.`),
    [FILE.tests]: render(generated.tests.hours, `promtool test rules ${FILE.tests}`),
    [FILE.longTests]: render(generated.tests.days, `promtool test rules ${FILE.longTests}`),
    [FILE.inhibition]: render(
      generated.inhibition,
      'A part of alertmanager.yml: while a faster alert fires, the slower ones of the same objective stay quiet.',
    ),
  };
}

/** Every line as a comment of its own; a line of a name that has several is no other. */
function commented(text: string): string {
  return text
    .split(/[\n\r\u0085\u2028\u2029]+/)
    .map((line) => ` ${line}`)
    .join('\n');
}
