/** What a counter does for some steps: grows by so much a step, whole numbers only (noise of fractions looks like a reset), begins anew at 0, is not there, or leaves for good. */
export type Phase =
  | { readonly steps: number; readonly grows: number }
  | { readonly does: 'restart' }
  | { readonly steps: number; readonly does: 'lack' }
  | { readonly does: 'leave' };

/** A counter's samples in promtool's notation. It begins at 0, at the first moment unless it lacks then. */
export function counterValues(phases: readonly Phase[]): string {
  let value: number | undefined;
  const parts: string[] = [];
  for (const phase of phases) {
    if ('grows' in phase) {
      // `a+bxn` are n + 1 samples, the first of which is a.
      const first: number = value === undefined ? 0 : value + phase.grows;
      const more = value === undefined ? phase.steps : phase.steps - 1;
      if (more >= 0) {
        parts.push(`${first}+${phase.grows}x${more}`);
        value = first + more * phase.grows;
      }
    } else if (phase.does === 'restart') {
      parts.push('0');
      value = 0;
    } else parts.push(phase.does === 'leave' ? 'stale' : `_x${phase.steps}`);
  }
  return parts.join(' ');
}
