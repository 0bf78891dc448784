/** Tells whether a name matches. */
export type Match = (name: string) => boolean;

/** A matcher for a pattern in which `*` stands for any characters, `?` for one, and everything else for itself. */
export function glob(pattern: string): Match {
  if (!isGlob(pattern)) return (name) => name === pattern;
  const prefix = pattern.slice(0, -1);
  if (pattern.endsWith('*') && !isGlob(prefix)) return (name) => name.startsWith(prefix);
  return (name) => matches(pattern, name);
}

/** Whether a pattern can match more than one name. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Greedy with one way back, to the latest star: never worse than the product of the lengths, unlike a regular expression. */
function matches(pattern: string, name: string): boolean {
  let [p, n, star, resume] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
