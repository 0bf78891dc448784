import type { OperationReading } from '../../timeout/reading.ts';
import { count, duration } from '../figures.ts';
import { html, type Html } from '../html.ts';
import type { Section } from './section.ts';

const MOST = 50;

/** What calls may take, the busiest operations first. */
export const timeouts: Section = {
  render({ timeouts: all }) {
    if (all.length === 0) return undefined;
    const busiest = all.toSorted((a, b) => total(b) - total(a)).slice(0, MOST);
    const rest = all.length - busiest.length;
    return html`<section class="card" aria-labelledby="timeouts">
      <header><h2 id="timeouts">Timeouts</h2></header>
      <table role="table">
        <caption class="sr">
          How long the calls of this process may take
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${['Operation', 'Timeout', 'Median', 'Calls', 'Timed out', 'Late'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${busiest.map(renderOperation)}
        </tbody>
      </table>
      ${rest > 0 ? html`<p class="empty">and ${count(rest)} more</p>` : undefined}
    </section>`;
  },
};

function renderOperation(reading: OperationReading): Html {
  const { operation, limitMillis, pinned, medianMillis, calls, late } = reading;
  const would = calls.would_timeout;
  return html`<tr role="row">
    <th role="rowheader" scope="row">${operation}</th>
    <td role="cell" data-label="Timeout">
      ${duration(limitMillis)}
      <small>${pinned ? 'set by hand' : medianMillis === undefined ? 'to begin with' : 'learned'}</small>
    </td>
    <td role="cell" data-label="Median">${duration(medianMillis)}</td>
    <td role="cell" data-label="Calls">${count(total(reading))}</td>
    <td role="cell" data-label="Timed out">
      ${count(calls.timeout)}${would === 0 ? undefined : html` <small>${count(would)} would have</small>`}
    </td>
    <td role="cell" data-label="Late">${count(late)}</td>
  </tr>`;
}

function total({ calls }: OperationReading): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0);
}
