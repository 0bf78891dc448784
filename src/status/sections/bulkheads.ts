import type { BulkheadState } from '../../bulkhead/compartment.ts';
import type { BulkheadSnapshot } from '../../bulkhead/reading.ts';
import { bar } from '../drawings.ts';
import { count, duration } from '../figures.ts';
import { html, type Html } from '../html.ts';
import type { Section } from './section.ts';

const STATES: Readonly<Record<BulkheadState, { readonly word: string; readonly tone: string }>> = {
  healthy: { word: '● healthy', tone: 'met' },
  degraded: { word: '▲ degraded', tone: 'at_risk' },
  isolated: { word: '✕ isolated', tone: 'breached' },
  recovering: { word: '◐ recovering', tone: 'at_risk' },
};

/** The compartments around the calls of this process. */
export const bulkheads: Section = {
  render({ bulkheads: all }) {
    if (all.length === 0) return undefined;
    return html`<section class="card" aria-labelledby="bulkheads">
      <header><h2 id="bulkheads">Compartments</h2></header>
      <table role="table">
        <caption class="sr">
          Compartments around the calls of this process
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${['Compartment', 'State', 'In flight', 'Waiting', 'Failures', 'Rejected'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${all.map(renderBulkhead)}
        </tbody>
      </table>
    </section>`;
  },
};

function renderBulkhead(bulkhead: BulkheadSnapshot): Html {
  const { name, state, retryAfterMillis, inFlight, capacity, queued, maxQueue, failures, calls } = bulkhead;
  const { word, tone } = STATES[state];
  const rejected = Object.values(calls.rejected).reduce((sum, each) => sum + each, 0);
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name}</th>
    <td role="cell" data-label="State">
      <span class="badge ${tone}">${word}</span
      >${retryAfterMillis === undefined ? undefined : html`<small>probes in ${duration(retryAfterMillis)}</small>`}
    </td>
    <td role="cell" data-label="In flight">
      ${count(inFlight)} of ${count(capacity)} ${bar(capacity === 0 ? 1 : inFlight / capacity, tone)}
    </td>
    <td role="cell" data-label="Waiting">${count(queued)} of ${count(maxQueue)}</td>
    <td role="cell" data-label="Failures">${count(failures)}</td>
    <td role="cell" data-label="Rejected">${count(rejected)}</td>
  </tr>`;
}
