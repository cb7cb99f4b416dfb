import { Messages } from '@salesforce/core';
import { formatCount } from '../../units.js';
import { type Hole, html, type Html } from './html.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** A page is to be read, and to stay openable: what is left out is counted. */
const mostRows = 500;

export type Column = { readonly title: string; readonly isNumber?: boolean };

/** A cell, and what is to be told about it beside its content. */
export type Table<Row> = {
  /** Read out, and not shown: the heading above shows it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** As many as there are columns; the first one names the row. */
  readonly cellsOf: (row: Row) => readonly Hole[];
};

/**
 * A table that scrolls in its own box where it is wider than the page. On a phone its rows are blocks (`style.ts`): the
 * roles tell assistive technology that it is a table all the same.
 */
export function table<Row>({ caption, columns, rows, cellsOf }: Table<Row>): Html {
  const kindOf = (index: number): string => (columns[index]?.isNumber === true ? 'number' : 'text');
  const titleOf = (index: number): string => columns[index]?.title ?? '';
  const line = (row: Row): Html => {
    const [first, ...rest] = cellsOf(row);
    return html`<tr role="row">
      <th role="rowheader" scope="row" class="${kindOf(0)}" data-title="${titleOf(0)}">${first}</th>
      ${rest.map((cell, index) => html`<td role="cell" class="${kindOf(index + 1)}" data-title="${titleOf(index + 1)}">${cell}</td>`)}
    </tr>`;
  };
  const more = rows.length - mostRows;
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0">
    <table role="table">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(({ title }, index) => html`<th role="columnheader" scope="col" class="${kindOf(index)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.slice(0, mostRows).map(line)}
      </tbody>
    </table>
    ${more > 0 && html`<p class="quiet">${messages.getMessage('table.more', [formatCount(more)])}</p>`}
  </div>`;
}

/** A part of the page under a heading of its own. @param id unique in the page */
export function section(id: string, heading: string, content: Hole): Html {
  return html`<section class="${id}" aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${content}
  </section>`;
}
