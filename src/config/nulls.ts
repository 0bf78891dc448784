import { isPlainObject } from './schema/closed-object.ts';

/** Nothing behind these could mean the defaults as well as nothing at all: it is a mistake, `{}` says the defaults. */
const SECTIONS = new Set([
  'sla',
  'state',
  'metrics',
  'prometheus',
  'failures',
  'status',
  'match',
  'bulkhead',
  'timeout',
]);

/**
 * What a file says, without the keys that have no value: a list whose items are all commented out, a setting whose
 * environment variable is not set. Such keys count as left out.
 */
export function withoutNulls(value: unknown, above: readonly unknown[] = []): unknown {
  // An alias of what it stands in has no end.
  if (above.includes(value)) return undefined;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((each) => withoutNulls(each, inside));
  if (!isPlainObject(value)) return value;
  const given = Object.entries(value).filter(([key, each]) => each !== null || SECTIONS.has(key));
  return Object.fromEntries(given.map(([key, each]) => [key, withoutNulls(each, inside)]));
}
