import { jsonSchema } from './json-schema.ts';
import { code, markdownTable } from './markdown-table.ts';

/** A JSON Schema, as far as the tables read it. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Row {
  readonly key: string;
  readonly field: Schema;
  readonly isRequired: boolean;
  /** The metrics whose objectives have it, where not all of them do. */
  readonly owners: readonly string[];
}

/** Every key of a configuration file, a table for each object that has some. */
export function configurationKeys(): string {
  return sections('', jsonSchema()).join('\n\n');
}

function sections(path: string, schema: Schema): string[] {
  const rows = rowsOf(variantsOf(schema));
  const below = new Map(rows.map(({ key, field }) => [key, inside(path === '' ? key : `${path}.${key}`, field)]));
  return [heading(path), table(rows), ...[...below.values()].flat()];
}

/** The sections of what stands in a field. */
function inside(path: string, field: Schema): string[] {
  if (field.items !== undefined) return inside(`${path}[]`, field.items);
  const object = variantsOf(field).find(({ properties }) => properties !== undefined);
  return object === undefined ? [] : sections(path, field);
}

function heading(path: string): string {
  return path === '' ? '### The whole file' : `### ${code(path)}`;
}

function table(rows: readonly Row[]): string {
  return markdownTable(
    ['key', 'value', 'what it does'],
    rows.map(({ key, field, isRequired, owners }) => [
      code(key) + (owners.length > 0 ? ` of ${owners.map(code).join(', ')}` : '') + (isRequired ? ' (required)' : ''),
      valueOf(field),
      field.description ?? '',
    ]),
  );
}

/** The alternatives of a schema, those of alternatives among them. */
function variantsOf(schema: Schema): readonly Schema[] {
  // Beside its properties `anyOf` says only which of them have to be there.
  if (schema.properties !== undefined) return [schema];
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return variants.length === 0 ? [schema] : variants.flatMap(variantsOf);
}

/** What may stand there, in words. */
function valueOf(field: Schema): string {
  const variants = variantsOf(field);
  const isDuration = variants.some(({ pattern }) => pattern !== undefined);
  const others = variants.filter(({ type, pattern }) => !isDuration || (type !== 'number' && pattern === undefined));
  return [...new Set([...(isDuration ? ['duration'] : []), ...others.map(one)])].join(' or ');
}

function one({ type, items, enum: options, const: only }: Schema): string {
  if (only !== undefined) return code(only);
  if (options !== undefined) return options.map(code).join(', ');
  if (items !== undefined)
    return `list of ${variantsOf(items).some(({ properties }) => properties) ? 'objects' : listed(items)}`;
  return { string: 'text', integer: 'whole number', boolean: '`true` or `false`' }[type ?? ''] ?? type ?? '';
}

function listed(items: Schema): string {
  return items.enum === undefined ? `${valueOf(items)}s` : 'them';
}

/** The fields of an object; of one that has alternatives first what tells them apart, then what all have, then the others. */
function rowsOf(variants: readonly Schema[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { properties = {}, required = [] } of variants)
    for (const [key, field] of Object.entries(properties)) {
      const isRequired = required.includes(key);
      const same = JSON.stringify([key, field.description, isRequired]);
      const owners = [...(rows.get(same)?.owners ?? []), properties['metric']?.const ?? ''];
      rows.set(same, { key, field, isRequired, owners });
    }
  const shared = [...rows.values()].map((row) =>
    row.field.const !== undefined || row.owners.length === variants.length ? { ...row, owners: [] } : row,
  );
  const rank = ({ field, owners }: Row): number => (field.const === undefined ? 1 : 0) + (owners.length > 0 ? 1 : 0);
  return shared.toSorted((a, b) => rank(a) - rank(b));
}
