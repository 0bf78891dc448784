import * as v from 'valibot';
import { nearestName } from './nearest-name.ts';

/**
 * An object with these keys and no others. Unlike valibot's own strict object it names every key that it does not know,
 * says of a missing one what should stand there, and takes no array or instance for an object.
 * @param allowed - what is said where something else stands in its place.
 * @param elsewhere - what is said of keys that have a place, but not here.
 */
export function closedObject<const E extends v.ObjectEntries>(
  allowed: string,
  entries: E,
  elsewhere: Readonly<Record<string, string>> = {},
): v.StrictObjectSchema<E, undefined> {
  const places = new Map(Object.entries(elsewhere));
  const run = (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>): unknown => {
    const input = dataset.value;
    if (!isPlainObject(input)) return refusal(allowed)['~run'](dataset, config);
    const unknown = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
    const fields: (readonly [string, Pick<v.GenericSchema, '~run'>])[] = [
      ...Object.entries(entries),
      ...unknown.map((key) => [key, refusal(places.get(key) ?? unknownKey(key, Object.keys(entries)))] as const),
    ];
    const issues = fields.flatMap(([key, schema]) => {
      const value = Object.hasOwn(input, key) ? input[key] : undefined;
      const here = { type: 'object', origin: 'value', input, key, value } as const;
      const found = schema['~run']({ value }, config).issues ?? [];
      return found.map((issue) => ({ ...issue, path: [here, ...(issue.path ?? [])] }));
    });
    return issues.length === 0 ? { typed: true, value: input } : { typed: false, value: input, issues };
  };
  const schema = v.strictObject(entries);
  return { ...schema, '~run': run as (typeof schema)['~run'] };
}

/** What holds its fields itself, of whatever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `no such key${hint}; the keys here are ${known.join(', ')}`;
}

function refusal(message: string): v.GenericSchema {
  return v.custom<never>(() => false, message);
}
