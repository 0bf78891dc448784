import { readFileSync } from 'node:fs';
import { type Comment, parseSync, type TSSignature, Visitor } from 'oxc-parser';

/** A property of an interface or type, as its source documents it. */
export interface DocumentedMember {
  readonly name: string;
  readonly optional: boolean;
  /** As it is written, on one line. */
  readonly type: string;
  /** The doc comment as one paragraph of Markdown; links are turned into code. */
  readonly text: string;
}

/**
 * The members of the exported type `name`, read from its source: those of an interface in one group, those of a union of
 * object types in a group each.
 *
 * @throws Error when there is no such type, or when a member is not documented.
 */
export function documentedMembers(file: URL, name: string): DocumentedMember[][] {
  const source = readFileSync(file, 'utf8');
  const { program, comments, errors } = parseSync(file.pathname, source);
  if (errors[0] !== undefined) throw new SyntaxError(`${file.pathname}: ${errors[0].message}`);
  const groups: TSSignature[][] = [];
  new Visitor({
    TSInterfaceDeclaration: ({ id, body }) => {
      if (id.name === name) groups.push(body.body);
    },
    TSTypeAliasDeclaration: ({ id, typeAnnotation }) => {
      if (id.name !== name || typeAnnotation.type !== 'TSUnionType') return;
      for (const each of typeAnnotation.types) if (each.type === 'TSTypeLiteral') groups.push(each.members);
    },
  }).visit(program);
  if (groups.length === 0) throw new Error(`${file.pathname} declares no ${name} with members`);
  return groups.map((group) => group.flatMap((member) => describe(member, source, comments)));
}

function describe(member: TSSignature, source: string, comments: readonly Comment[]): DocumentedMember[] {
  if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return [];
  const { start, end } = member.typeAnnotation?.typeAnnotation ?? { start: 0, end: 0 };
  const { name } = member.key;
  const comment = comments.find(
    (each) => each.end < member.start && source.slice(each.end, member.start).trim() === '',
  );
  if (!comment?.value.startsWith('*')) throw new Error(`${name} has no doc comment`);
  return [{ name, optional: member.optional, type: oneLine(source.slice(start, end)), text: paragraph(comment.value) }];
}

/** A link to a member reads as code; to a member of another type, as an option. */
function paragraph(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*+ ?/, ''));
  return oneLine(lines.join(' '))
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\{@link \w+\.(\w+)\}/g, 'the option `$1`');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
