import type { BurnHistory } from './burn-history.ts';
import { html, type Html } from './html.ts';
import { bulkheads } from './sections/bulkheads.ts';
import type { Section } from './sections/section.ts';
import { services, summary } from './sections/services.ts';
import { timeouts } from './sections/timeouts.ts';
import type { StatusView } from './view.ts';

/** In their order on the page. */
const SECTIONS: readonly Section[] = [services, bulkheads, timeouts];

/** What the page's script puts in place of what stands there: everything that changes. */
export function renderContent(view: StatusView, history: BurnHistory): Html {
  const parts = SECTIONS.map((section) => section.render(view, history));
  return html`<div id="content" data-summary="${summary(view.services)}" data-generated="${view.generatedAt}">
    ${parts}
  </div>`;
}

/** The whole page, which can be read without its script too. */
export function renderPage(view: StatusView, history: BurnHistory): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Service levels</title>
        <link rel="stylesheet" href="status.css" />
        <link rel="icon" href="data:," />
        <script src="status.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the services</a>
        <header class="top">
          <h1>Service levels</h1>
          <p id="summary" role="status">${summary(view.services)}</p>
          <p id="freshness">
            <strong id="stale" role="alert" hidden>Not live: the process does not answer.</strong>
            <time id="generated" datetime="${view.generatedAt}">${view.generatedAt}</time> <a href="sla.json">JSON</a>
          </p>
        </header>
        <main id="main" tabindex="-1">${renderContent(view, history)}</main>
      </body>
    </html>`;
}
