import * as v from 'valibot';
import { closedObject, isPlainObject } from '../schema/closed-object.ts';

/** An object that has these fields and no others. */
export function fields<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  return closedObject(`an object with ${Object.keys(entries).join(', ')}`, entries);
}

type Refuse = (field: string | readonly [list: string, index: number, field: string], allowed: string) => void;

/** Rules between the fields of an object. They are asked about whatever was given, right or wrong in itself. */
export function rules<T>(
  check: (given: Readonly<Record<string, unknown>>, refuse: Refuse) => void,
): v.RawCheckAction<T> {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    const given: unknown = dataset.value;
    if (!isPlainObject(given)) return;
    check(given, (field, message) => {
      const keys = typeof field === 'string' ? [field] : field;
      const [first, ...rest] = keys.map((key): v.UnknownPathItem => ({
        type: 'unknown',
        origin: 'value',
        input: given,
        key,
        value: undefined,
      }));
      addIssue({ message, path: [first!, ...rest] });
    });
  });
}

/** One of a reference and a document in its place. */
export function refOrInline<T>(ref: string, kind: string): v.RawCheckAction<T> {
  return rules((given, refuse) => {
    const isInline = given['spec'] !== undefined || given['metadata'] !== undefined;
    if (given[ref] !== undefined && isInline) refuse(ref, `nothing beside the ${kind} itself`);
    if (given[ref] !== undefined || (given['spec'] !== undefined && given['metadata'] !== undefined)) return;
    if (isInline) refuse(given['spec'] === undefined ? 'spec' : 'metadata', `part of the ${kind} that stands here`);
    else refuse(ref, `the name of an ${kind}, or the ${kind} itself`);
  });
}

const TEXT = 'a string (in quotes where it looks like a number, a boolean or nothing)';
const DESCRIPTION = 'a string of at most 1050 characters';
const NAME =
  'a name of 1 to 63 lowercase letters, digits and dashes that begins and ends with a letter or a digit (RFC 1123)';
const LABEL_KEY = /^[a-z0-9]([\w.-]{0,61}[a-z0-9])?$/i;
const PREFIX = /^(?=.{1,253}\/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\//;

type Text = v.SchemaWithPipe<readonly [v.StringSchema<string>, v.NonEmptyAction<string, string>]>;
type Matching = v.SchemaWithPipe<readonly [v.StringSchema<string>, v.CheckAction<string, string>]>;

export const someText: Text = v.pipe(v.string(TEXT), v.nonEmpty(TEXT));

/** Names and references. The specification's own examples have capitals: what else breaks RFC 1123 only slightly is warned of. */
export const name: Matching = matching(NAME, (value) => /^[a-z0-9]([\w.-]{0,61}[a-z0-9])?$/i.test(value));

/** Whether a name is one that every implementation has to support. */
export function isRfc1123(value: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value);
}

export const description: v.OptionalSchema<Matching, undefined> = v.optional(
  matching(DESCRIPTION, (value) => value.length <= 1050),
);

/** A string of which a function says whether it is allowed. */
export function matching(allowed: string, isAllowed: (value: string) => boolean): Matching {
  return v.pipe(v.string(allowed), v.check(isAllowed, allowed));
}

const labelKey = matching(
  'a key of at most 63 letters, digits, dashes, underscores and dots that begins and ends with a letter or a digit',
  (key) => LABEL_KEY.test(key),
);
const annotationKey = matching(
  'a key such as `name` or `prefix.example/name`: the name of at most 63 letters, digits, dashes, underscores and dots, the prefix a DNS subdomain',
  (key) => LABEL_KEY.test(key.replace(PREFIX, '')),
);

export const metadata: v.GenericSchema = fields({
  name,
  displayName: v.optional(someText),
  labels: v.optional(
    v.record(labelKey, v.union([v.string(), v.array(v.string())], 'a string or a list of strings'), 'a map of labels'),
  ),
  annotations: v.optional(v.record(annotationKey, v.string(TEXT), 'a map of strings')),
});

/** A document that stands inside another: only metadata and spec say something there. */
export function inline(kind: string, spec: v.GenericSchema): v.GenericSchema {
  return fields({ ...heading(kind), metadata, spec });
}

/** The fields by which an inline document may say what it is. */
export function heading(kind: string): {
  apiVersion: v.OptionalSchema<v.LiteralSchema<string, string>, undefined>;
  kind: v.OptionalSchema<v.LiteralSchema<string, string>, undefined>;
} {
  return {
    apiVersion: v.optional(v.literal('openslo/v1', "'openslo/v1'")),
    kind: v.optional(v.literal(kind, `'${kind}'`)),
  };
}
