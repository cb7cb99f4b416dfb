import { Messages } from '@salesforce/core';
import { formatCount } from '../../units.js';
import { html, type Html } from './html.js';
import type { ReportCounts, ReportPage } from '../page.js';
import { section } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

type Share = { readonly name: string; readonly kind: string; readonly rows: number };

/** The rows of the load, where they are, and that they add up. */
export function counts({ counts: rows, inputs, copy }: ReportPage): Html | undefined {
  if (rows === undefined) return undefined;
  const shares = sharesOf(rows);
  const ofLoad = inputs.length > 0 ? 'counts.input' : 'counts.told';
  const whole = messages.getMessage(copy === undefined ? ofLoad : 'counts.toCopy');
  return section(
    'rows',
    messages.getMessage(copy === undefined ? 'counts.heading' : 'copy.records'),
    html`${bar(shares)}
      <dl class="tiles">${tile({ name: whole, kind: 'whole', rows: rows.input })} ${shares.map(tile)}</dl>
      <p class="sum">${sumText(rows)}</p>`,
  );
}

function sharesOf({ successful, failed, unprocessed, held, areFinal }: ReportCounts): Share[] {
  const rest = messages.getMessage(areFinal ? 'counts.unprocessed' : 'counts.waiting');
  return [
    { name: messages.getMessage('counts.successful'), kind: 'good', rows: successful },
    { name: messages.getMessage('counts.failed'), kind: 'bad', rows: failed },
    { name: rest, kind: 'open', rows: unprocessed },
    ...(held === undefined ? [] : [{ name: messages.getMessage('counts.held'), kind: 'open', rows: held }]),
  ];
}

/** The tiles below say the same in words. */
function bar(shares: readonly Share[]): Html {
  const shown = shares.filter(({ rows }) => rows > 0);
  return html`<div class="bar" aria-hidden="true">
    ${shown.map(({ kind, rows }) => html`<span class="${kind}" style="flex-grow: ${rows}"></span>`)}
  </div>`;
}

function tile({ name, kind, rows }: Share): Html {
  return html`<div class="${kind}${rows === 0 && ' zero'}">
    <dt>${name}</dt>
    <dd>${formatCount(rows)}</dd>
  </div>`;
}

function sumText({ input, successful, failed, unprocessed, held, areFinal }: ReportCounts): string {
  if (!areFinal) return messages.getMessage(held === undefined ? 'counts.soFar' : 'copy.soFar');
  const parts = [successful, failed, unprocessed, ...(held === undefined ? [] : [held])];
  const addsUp = parts.reduce((sum, rows) => sum + rows, 0) === input;
  const sum = parts.map(formatCount).join(' + ');
  const good = held === undefined ? 'counts.sum' : 'copy.sum';
  return messages.getMessage(addsUp ? good : 'counts.wrongSum', [sum, formatCount(input)]);
}
