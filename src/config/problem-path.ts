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

/** The path and all that lead to it: of `a.b[1]` that is `a`, `a.b` and `a.b[1]`. */
export function prefixesOf(path: string): string[] {
  return [...path.matchAll(/[.[]|$/g)].map(({ index }) => path.slice(0, index)).filter((prefix) => prefix !== '');
}
