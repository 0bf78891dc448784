/** The keys and indices that lead to a value. */
export type Keys = readonly (string | number)[];

/** Such as `sla.objectives[1].target`. */
export function pathText(keys: Keys): string {
  return keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

/** The keys of a path whose keys are plain names. */
export function keysOf(path: string): Keys {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([text, index]) => (index === undefined ? text : Number(index)));
}

/** Whether one path is the other or leads to it. */
export function isWithin(path: string, other: string): boolean {
  const leads = (short: string, long: string): boolean =>
    short === long || short === '' || (long.startsWith(short) && /[.[]/.test(long[short.length] ?? ''));
  return leads(path, other) || leads(other, path);
}
