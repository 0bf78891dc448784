import type { BurnHistory } from '../burn-history.ts';
import type { Html } from '../html.ts';
import type { StatusView } from '../view.ts';

/** A part of the page, in a file of its own. */
export interface Section {
  /** Gives nothing where there is nothing to show. */
  render(view: StatusView, history: BurnHistory): Html | undefined;
}
