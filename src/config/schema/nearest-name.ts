/** The known name that a wrong one was probably meant to be: the nearest, where a slip or two of the hand explain it. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const lower = wrong.toLowerCase();
  const ranked = known
    .map((name) => ({ name, slips: slipsBetween(lower, name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.min(2, Math.floor(name.length / 4)))
    .toSorted((a, b) => a.slips - b.slips);
  return ranked[0]?.name;
}

/** Letters added, left out, changed or swapped with their neighbour (the optimal string alignment distance). */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
