import { Html } from './html.js';

/** Colours in pairs for light and dark; every text is at least 4.5 to 1 against its ground. */
const colours = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --sheet: #ffffff; --text: #1d2125; --quiet: #5c646d; --line: #e3e5e8; --well: #f3f4f6;
  --good: #17734a; --mixed: #8a5300; --bad: #b3261e; --open: #2456a6;
  --good-soft: #e4f3ea; --mixed-soft: #fbf0dc; --bad-soft: #fbe9e7; --open-soft: #e7eefa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131619; --sheet: #1a1e22; --text: #e5e8eb; --quiet: #a0a9b3; --line: #2d333a; --well: #14181b;
    --good: #62c795; --mixed: #e3b05c; --bad: #ff8f85; --open: #8ab4f8;
    --good-soft: #173226; --mixed-soft: #352a14; --bad-soft: #3c1e1c; --open-soft: #1b2a42;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --sheet: #fff; --text: #000; --quiet: #444; --line: #bbb; --well: #f4f4f4;
    --good: #17734a; --mixed: #8a5300; --bad: #b3261e; --open: #2456a6;
    --good-soft: #e4f3ea; --mixed-soft: #fbf0dc; --bad-soft: #fbe9e7; --open-soft: #e7eefa;
  }
}`;

const text = `
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; }
h1 { margin: 0.1rem 0 0.75rem; font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.05rem; font-weight: 650; }
p { margin: 0.25rem 0; }
code, pre, .code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; font-size: 0.875em; }
.kind { margin: 0; color: var(--quiet); font-size: 0.8125rem; letter-spacing: 0.06em; text-transform: uppercase; }
.quiet { color: var(--quiet); font-size: 0.875rem; }
.lines { white-space: pre-line; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: 0.875rem; }
:focus-visible { outline: 2px solid var(--open); outline-offset: 2px; }`;

const blocks = `
header, section {
  margin-bottom: 1rem; padding: 1.5rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px;
}
.outcome { display: inline-block; margin: 0 0 1.25rem; padding: 0.2rem 0.8rem; border-radius: 999px; font-weight: 600; }
.outcome.good { color: var(--good); background: var(--good-soft); }
.outcome.mixed { color: var(--mixed); background: var(--mixed-soft); }
.outcome.bad { color: var(--bad); background: var(--bad-soft); }
.outcome.open { color: var(--open); background: var(--open-soft); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: 1rem 1.5rem; margin: 0; }
dt { color: var(--quiet); font-size: 0.8125rem; }
dd { margin: 0; }
a { color: var(--open); }
.bar { display: flex; gap: 2px; height: 10px; margin-bottom: 1.25rem; border-radius: 5px; overflow: hidden; background: var(--well); }
.bar span { flex: 0 1 0; min-width: 4px; print-color-adjust: exact; }
.bar .good { background: var(--good); }
.bar .bad { background: var(--bad); }
.bar .open { background: var(--open); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 0; }
.tiles dd { font-size: 1.75rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tiles .good dd { color: var(--good); }
.tiles .bad dd { color: var(--bad); }
.tiles .open dd { color: var(--open); }
.tiles .zero dd { color: var(--quiet); font-weight: 400; }
.sum { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.callout { padding: 0.75rem 1rem; border-left: 3px solid var(--bad); border-radius: 4px; background: var(--bad-soft); }
.callout .quiet { color: inherit; }
.reason { color: var(--bad); font-size: 0.875rem; }
ul, ol { margin: 0; padding-left: 1.25rem; }
.steps { padding: 0; list-style: none; }
.steps li + li { margin-top: 1rem; }
pre {
  margin: 0.5rem 0 0; padding: 0.7rem 0.9rem; overflow-x: auto; white-space: pre-wrap;
  background: var(--well); border: 1px solid var(--line); border-radius: 8px;
}
details { margin-top: 0.35rem; }
summary { color: var(--open); font-size: 0.875rem; cursor: pointer; }
.values { display: grid; grid-template-columns: minmax(0, max-content) minmax(50%, 1fr); gap: 0.25rem 1rem; margin: 0.4rem 0 0; overflow-wrap: anywhere; }
.values dd { white-space: pre-line; }`;

/** The graph of a copy. */
const picture = `
svg { display: block; font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
.node rect { fill: var(--well); stroke: var(--line); stroke-width: 1.5; print-color-adjust: exact; }
.node .name { fill: var(--text); font-weight: 650; }
.node .count { fill: var(--quiet); }
.node.good rect { fill: var(--good-soft); stroke: var(--good); }
.node.mixed rect { fill: var(--mixed-soft); stroke: var(--mixed); }
.node.bad rect { fill: var(--bad-soft); stroke: var(--bad); }
.edge { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.edge.later { stroke-dasharray: 5 4; }
@media (width > 40rem) { svg { max-width: 100%; height: auto; } }
@media print { svg { min-width: 0 !important; } }`;

/** A column is never narrower than its longest word, or it would break words into letters: the box scrolls instead. */
const tables = `
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
th, td { padding: 0.6rem 1rem 0.6rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: break-word; }
@media screen { th.number, td.number { padding-right: 1.75rem; } }
th:last-child, td:last-child { padding-right: 0; }
td > details:first-child { margin-top: 0; }
thead th { border-top: 0; padding-top: 0; color: var(--quiet); font-size: 0.8125rem; font-weight: 400; white-space: nowrap; }
tbody th { font-weight: 400; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td .code { font-weight: 650; }
.errors td, .input td:last-child { min-width: 12rem; overflow-wrap: anywhere; }
.hash { word-break: break-all; }
time, .state, .whole { white-space: nowrap; }
td code, th code { white-space: nowrap; }
td code.hash { white-space: normal; }`;

/** A phone: a row of a table is a block, and each value has the title of its column beside it. */
const narrow = `
@media screen and (max-width: 64rem) {
  table { font-size: 0.875rem; }
  th, td, th.number, td.number { padding-right: 0.6rem; }
  thead th, td time { white-space: normal; }
}
@media (max-width: 40rem) {
  main { padding: 1rem 0.75rem 1.5rem; }
  header, section { padding: 1rem; }
  h1 { font-size: 1.5rem; }
  .tiles dd { font-size: 1.35rem; }
  .values { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .values dd + dt { margin-top: 0.4rem; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr + tr { margin-top: 0.75rem; border-top: 1px solid var(--line); padding-top: 0.75rem; }
  th, td, th.number, td.number { padding: 0.15rem 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .errors td, .input td:last-child { min-width: 0; }
  td:empty { display: none; }
  td code, th code, time, .state, .whole { white-space: normal; }
  tbody th::before, td::before {
    display: inline-block; min-width: 6.5rem; margin-right: 0.5rem; color: var(--quiet); font-size: 0.8125rem;
    content: attr(data-title); content: attr(data-title) / '';
  }
}`;

const paper = `
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  header, section { padding: 0 0 0.75rem; border: 0; border-radius: 0; }
  h2 { break-after: avoid; }
  table { font-size: 9pt; }
  .quiet, .reason, summary, dt, thead th { font-size: 8.5pt; }
  th, td { padding-right: 0.6rem; overflow-wrap: anywhere; }
  section, tr, .steps li, .tiles > div { break-inside: avoid; }
  .scroll { overflow: visible; }
  .outcome, .callout, pre { border: 1px solid var(--line); }
  details::details-content { content-visibility: visible; block-size: auto; }
}`;

/** One sheet, inside the page: there is nothing to fetch. */
export const style = Html.trusted(`${colours}${text}${blocks}${picture}${tables}${narrow}${paper}\n`);
