/** The page's style and script, as files of their own: a strict content security policy allows neither inline. */

export const STYLE = `
:root { color-scheme: light dark; --bg: #f5f6f8; --card: #fff; --ink: #1a1d21; --soft: #565e68; --line: #dfe3e8; --met: #12703f; --risk: #8a5300; --breached: #b3201b; --none: #5a626c; --track: #e4e7eb; --spark: #2f62c4; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --card: #1d2126; --ink: #e9ecef; --soft: #a4adb8; --line: #31373e; --met: #4cc38a; --risk: #f0b056; --breached: #ff7a73; --none: #a4adb8; --track: #353c44; --spark: #7fa8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
.top, main { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
.top { padding-top: 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.5rem; margin: 0; }
.top p { margin: 0; }
#freshness { margin-left: auto; color: var(--soft); font-size: .875rem; }
#stale { color: var(--breached); }
a { color: var(--spark); }
a:focus-visible, main:focus-visible { outline: 3px solid var(--spark); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
.card header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; }
h2 { font-size: 1.125rem; margin: 0; overflow-wrap: anywhere; }
small { color: var(--soft); font-weight: 400; font-size: .8125rem; }
th small, td small { display: block; }
h2 small { margin-left: .25rem; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: .75rem 0; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 500; font-size: .8125rem; border-top: 0; }
.badge { white-space: nowrap; font-weight: 600; }
.badge.met { color: var(--met); } .badge.at_risk { color: var(--risk); } .badge.breached { color: var(--breached); } .badge.no_data { color: var(--none); }
.bar { display: block; width: 8rem; max-width: 100%; height: .5rem; margin-top: .25rem; }
.bar .track { fill: var(--track); } .bar.met .fill { fill: var(--met); } .bar.at_risk .fill { fill: var(--risk); } .bar.breached .fill { fill: var(--breached); } .bar.no_data .fill { fill: var(--none); }
.spark { display: block; width: 8rem; max-width: 100%; height: 1.5rem; margin-top: .25rem; overflow: visible; }
.spark polyline { fill: none; stroke: var(--spark); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.spark .even { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; vector-effect: non-scaling-stroke; }
.empty { color: var(--soft); margin: .5rem 0 0; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 44rem) {
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  th, td { border: 0; padding: .125rem 0; }
  td { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0 .5rem; }
  td::before { content: attr(data-label); color: var(--soft); font-size: .8125rem; grid-row: span 3; }
  td > * { grid-column: 2; }
}
@media (prefers-reduced-motion: no-preference) { .bar .fill { transition: width .3s; } }
`;

export const SCRIPT = `
'use strict';
const every = 5000;
const by = (id) => document.getElementById(id);
const shown = (iso) => new Date(iso).toLocaleString();
function localise() {
  for (const time of document.querySelectorAll('time')) time.textContent = shown(time.dateTime);
}
function take(text) {
  const next = new DOMParser().parseFromString(text, 'text/html').getElementById('content');
  if (next === null) throw new Error('no content');
  by('content').replaceWith(next);
  if (by('summary').textContent !== next.dataset.summary) by('summary').textContent = next.dataset.summary;
  by('generated').dateTime = next.dataset.generated;
  by('stale').hidden = true;
  localise();
}
async function refresh() {
  try {
    if (!document.hidden) {
      const response = await fetch('content', { cache: 'no-store', signal: AbortSignal.timeout(every) });
      if (!response.ok) throw new Error('status ' + response.status);
      take(await response.text());
    }
  } catch {
    by('stale').hidden = false;
  }
  setTimeout(refresh, every);
}
localise();
setTimeout(refresh, every);
`;
