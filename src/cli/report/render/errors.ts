import { Messages } from '@salesforce/core';
import type { ErrorGroup, ErrorSample } from '../../../lib/load/load.js';
import { formatCount, formatRows } from '../../units.js';
import { html, type Html } from './html.js';
import type { ReportPage } from '../page.js';
import { section, table } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** Failed rows by code and message, worst first, with one real row of each. */
export function errors({ errors: groups, counts }: ReportPage): Html | undefined {
  if (counts === undefined) return undefined;
  const heading = messages.getMessage('errors.heading');
  if (groups.length > 0) return section('errors', heading, errorTable(groups, heading));
  const text =
    counts.failed === 0
      ? messages.getMessage('errors.none')
      : messages.getMessage('errors.unread', [formatRows(counts.failed)]);
  return section('errors', heading, html`<p>${text}</p>`);
}

function errorTable(groups: readonly ErrorGroup[], caption: string): Html {
  return table({
    caption,
    columns: [
      { title: messages.getMessage('errors.rows'), isNumber: true },
      { title: messages.getMessage('errors.error') },
      { title: messages.getMessage('errors.example') },
    ],
    rows: groups,
    cellsOf: (group) => [formatCount(group.count), errorCell(group), example(group)],
  });
}

function errorCell({ code, message, fields, transient }: ErrorGroup): Html {
  return html`<strong class="code">${code}</strong>
    <p>${message}</p>
    ${fields.length > 0 && html`<p class="quiet">${messages.getMessage('errors.fields', [fields.join(', ')])}</p>`}
    ${transient && html`<p class="quiet">${messages.getMessage('errors.passing')}</p>`}`;
}

function example({ message, fields, sample }: ErrorGroup): Html {
  // A field that the error is about is told when it is empty, too: that may be what is wrong with it.
  const culprits = new Set(fields.map((field) => field.toLowerCase()));
  const values = Object.entries(sample.values ?? {}).filter(
    ([name, value]) => value !== '' || culprits.has(name.toLowerCase()),
  );
  const nothing = html`<span class="quiet">${messages.getMessage('errors.empty')}</span>`;
  return html`${placeText(sample)}
  ${sample.message !== message && html`<p class="quiet">${sample.message}</p>`}
  ${
    values.length > 0 &&
    html`<details>
      <summary>${messages.getMessage('errors.values')}</summary>
      <dl class="values">
        ${values.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value === '' ? nothing : value}</dd>`,
        )}
      </dl>
    </details>`
  }`;
}

function placeText({ file, row, id }: ErrorSample): string {
  if (row !== undefined) return messages.getMessage('errors.place', [file ?? '', formatCount(row)]);
  return id === undefined ? '' : messages.getMessage('errors.record', [id]);
}
