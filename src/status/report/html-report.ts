import { STYLE } from '../assets.ts';
import { BurnHistory } from '../burn-history.ts';
import { decimal } from '../figures.ts';
import { html, type Html, ours } from '../html.ts';
import { renderContent } from '../page.ts';
import { summary } from '../sections/services.ts';
import { pledgesOf, type StatusView } from '../view.ts';

const NOTHING = new BurnHistory(2);
const [WIDTH, HEIGHT, BAR] = [560, 120, 28];

/** A report as one file that needs nothing else: to be mailed, archived, attached to an incident. */
export function renderHtmlReport(view: StatusView, title: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="content-security-policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${ours(STYLE + CHART_STYLE)}
        </style>
      </head>
      <body>
        <header class="top">
          <h1>${title}</h1>
          <p>${summary(view.services)}</p>
          <p id="freshness"><time datetime="${view.generatedAt}">${view.generatedAt}</time></p>
        </header>
        <main>${renderContent(view, NOTHING)}${renderCharts(view)}</main>
      </body>
    </html>`.text;
}

const CHART_STYLE = `
.chart { display: block; width: 100%; max-width: 35rem; height: auto; }
.chart text { fill: currentColor; font-size: 12px; font-family: system-ui, sans-serif; }
.chart .fill { fill: var(--spark); }
.chart .over { fill: var(--breached); }
.chart line { stroke: var(--soft); stroke-dasharray: 4 3; }
`;

function renderCharts({ services }: StatusView): Html {
  const pledges = services.flatMap(pledgesOf).filter(({ objective }) => objective.status !== 'no_data');
  if (pledges.length === 0) return html``;
  return html`<section class="card" aria-labelledby="burn">
    <header><h2 id="burn">Burn rates</h2></header>
    <p>At 1 an error budget lasts exactly its window; above the line it ends sooner.</p>
    ${pledges.map(({ part, objective }) => renderChart(`${part.service}: ${objective.name}`, objective.burnRates))}
  </section>`;
}

/** A column for each window, the shortest first. */
function renderChart(title: string, burnRates: Readonly<Record<string, number | null>>): Html {
  const entries = Object.entries(burnRates);
  const top = Math.max(2, ...entries.map(([, rate]) => rate ?? 0));
  const scale = (HEIGHT - 44) / top;
  const even = HEIGHT - 20 - scale;
  const step = WIDTH / Math.max(1, entries.length);
  const columns = entries.map(([window, rate], index) => {
    const x = index * step + step / 2;
    const height = Math.max(rate === null ? 0 : 1, (rate ?? 0) * scale);
    return html`<rect
        class="${(rate ?? 0) > 1 ? 'over' : 'fill'}"
        x="${x - BAR / 2}"
        y="${HEIGHT - 20 - height}"
        width="${BAR}"
        height="${height}"
      /><text x="${x}" y="${HEIGHT - 24 - height}" text-anchor="middle">${decimal(rate)}</text
      ><text x="${x}" y="${HEIGHT - 5}" text-anchor="middle">${window}</text>`;
  });
  const told = entries.map(([window, rate]) => `${window} ${decimal(rate)}`).join(', ');
  return html`<h3>${title}</h3>
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Burn rates of ${title}: ${told}">
      ${columns}
      <line x1="0" x2="${WIDTH}" y1="${even}" y2="${even}" />
    </svg>`;
}
