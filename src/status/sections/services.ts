import type { ServiceReport } from '../../sla/report.ts';
import type { SlaStatus } from '../../sla/status.ts';
import type { BurnHistory } from '../burn-history.ts';
import { bar, sparkline } from '../drawings.ts';
import { count, decimal, duration, percent, promise } from '../figures.ts';
import { html, type Html } from '../html.ts';
import { type Pledge, pledgesOf } from '../view.ts';
import type { Section } from './section.ts';

/** A sign beside each word, so that nothing is told by colour alone. */
const WORDS: Readonly<Record<SlaStatus, string>> = {
  met: '● met',
  at_risk: '▲ at risk',
  breached: '✕ breached',
  no_data: '○ no data',
};
const SEEN: Readonly<Record<ServiceReport['kind'], string>> = {
  server: '',
  consumer: 'messages it receives',
  client: 'as its callers here see it',
  producer: 'messages sent to it',
  internal: 'internal operations',
};
const WORST: readonly SlaStatus[] = ['breached', 'at_risk', 'met', 'no_data'];
export const HISTORY_SAMPLES = 60;

/** Every service with its figures and its objectives: the worst first, and its own before those it calls. */
export const services: Section = {
  render({ services: all }, history) {
    if (all.length === 0) return html`<p class="empty">No span has ended yet.</p>`;
    const worstFirst = all.toSorted(
      (a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status) || Number(isCalled(a)) - Number(isCalled(b)),
    );
    return html`${worstFirst.map((service, index) => renderService(service, index, history))}`;
  },
};

function isCalled({ kind }: ServiceReport): boolean {
  return kind === 'client' || kind === 'producer';
}

/** One sentence about all objectives. */
export function summary(all: readonly ServiceReport[]): string {
  const statuses = all.flatMap(pledgesOf).map(({ objective }) => objective.status);
  const parts = WORST.map((status) => [statuses.filter((each) => each === status).length, status] as const)
    .filter(([number]) => number > 0)
    .map(([number, status]) => `${number} ${status.replace('_', ' ')}`);
  return parts.length === 0 ? 'No objectives.' : `Objectives: ${parts.join(', ')}.`;
}

function renderService(service: ServiceReport, index: number, history: BurnHistory): Html {
  const pledges = pledgesOf(service);
  const id = `service-${index}`;
  const seen = SEEN[service.kind];
  const { requests, errorRate, throughputPerSecond, responseTimeMillis } = service;
  return html`<section class="card" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${service.service}${seen === '' ? undefined : html` <small>${seen}</small>`}</h2>
      ${badge(service.status)}
    </header>
    <dl>
      <div>
        <dt>Requests</dt>
        <dd>${count(requests)}</dd>
      </div>
      <div>
        <dt>Errors</dt>
        <dd>${percent(errorRate)}</dd>
      </div>
      <div>
        <dt>Per second</dt>
        <dd>${decimal(throughputPerSecond)}</dd>
      </div>
      <div>
        <dt>p50</dt>
        <dd>${duration(responseTimeMillis?.p50)}</dd>
      </div>
      <div>
        <dt>p95</dt>
        <dd>${duration(responseTimeMillis?.p95)}</dd>
      </div>
      <div>
        <dt>p99</dt>
        <dd>${duration(responseTimeMillis?.p99)}</dd>
      </div>
    </dl>
    ${pledges.length === 0 ? html`<p class="empty">Nothing is promised.</p>` : renderTable(service, pledges, history)}
  </section>`;
}

function renderTable(service: ServiceReport, pledges: readonly Pledge[], history: BurnHistory): Html {
  return html`<table role="table">
    <caption class="sr">
      Objectives of ${service.service}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${['Objective', 'Promise', 'Status', 'Attained', 'Budget left', 'Burn rate'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${pledges.map((pledge) => renderPledge(pledge, history))}
    </tbody>
  </table>`;
}

function renderPledge({ part, objective }: Pledge, history: BurnHistory): Html {
  const { name, status, errorBudget, burnRates, window, violations, good, bad } = objective;
  // Under so few events a share says nothing, and would look like success.
  const isKnown = status !== 'no_data';
  const attained = isKnown ? objective.attained : null;
  const remainingRatio = isKnown ? errorBudget.remainingRatio : null;
  const exhaustedInMillis = isKnown ? errorBudget.exhaustedInMillis : null;
  const open = violations.find(({ endedAt }) => endedAt === null);
  const [burnWindow, burn] = isKnown ? (Object.entries(burnRates)[0] ?? []) : [];
  const lasts = exhaustedInMillis !== null && exhaustedInMillis > 0 && `gone in ${duration(exhaustedInMillis)}`;
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${name}${part.operation === undefined ? undefined : html`<small>${part.operation}</small>`}
    </th>
    <td role="cell" data-label="Promise">${promise(objective)} <small>over ${window}</small></td>
    <td role="cell" data-label="Status">
      ${badge(status)}${open && html`<small>since <time datetime="${open.startedAt}">${open.startedAt.slice(0, 16).replace('T', ' ')}</time></small>`}
    </td>
    <td role="cell" data-label="Attained">
      ${percent(attained, 3)}${isKnown || good + bad === 0 ? undefined : html`<small>${count(good + bad)} events are too few</small>`}
    </td>
    <td role="cell" data-label="Budget left">
      ${percent(remainingRatio, 0)} ${bar(remainingRatio, status)}${lasts ? html`<small>${lasts}</small>` : undefined}
    </td>
    <td role="cell" data-label="Burn rate">
      ${decimal(burn)}${burnWindow === undefined ? undefined : html` <small>in ${burnWindow}</small>`}
      ${sparkline(history.of(part.service, part.kind, name), HISTORY_SAMPLES)}
    </td>
  </tr>`;
}

function badge(status: SlaStatus): Html {
  return html`<span class="badge ${status}">${WORDS[status]}</span>`;
}
