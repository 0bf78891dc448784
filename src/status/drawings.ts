import { html, type Html } from './html.ts';

/**
 * A bar that is full at 1 and empty at 0 and below. The figure stands beside it, so the drawing is hidden from screen
 * readers. Lengths are attributes of the drawing: a strict content security policy allows no inline styles.
 */
export function bar(ratio: number | null, tone: string): Html {
  const width = Math.round(100 * Math.min(1, Math.max(0, ratio ?? 0)));
  return html`<svg class="bar ${tone}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="8" rx="1" />
    <rect class="fill" width="${width}" height="8" rx="1" />
  </svg>`;
}

/** A line through the values, the newest at the right, with a mark at 1, where the budget lasts exactly. */
export function sparkline(values: readonly (number | null)[], most: number): Html {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return html``;
  const top = Math.max(1.5, ...known);
  const [step, height] = [120 / (most - 1), 24];
  const from = 120 - step * (values.length - 1);
  const points = values.flatMap((value, index) =>
    value === null ? [] : [`${(from + index * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`],
  );
  const even = (height - height / top).toFixed(1);
  return html`<svg class="spark" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
    <line class="even" x1="0" x2="120" y1="${even}" y2="${even}" />
    <polyline points="${points.join(' ')}" />
  </svg>`;
}
