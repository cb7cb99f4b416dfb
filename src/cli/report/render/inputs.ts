import { Messages } from '@salesforce/core';
import { formatBytes, formatCount, formatRows } from '../../units.js';
import { html, type Hole, type Html } from './html.js';
import type { InputPiece, ReportInput, ReportPage } from '../page.js';
import { section, table } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

const mostPieces = 200;

/** The files that the rows came from. */
export function inputs({ inputs: rows, setAsideRows = 0 }: ReportPage): Html | undefined {
  if (rows.length === 0) return undefined;
  const heading = messages.getMessage('inputs.heading');
  const hasHashes = rows.some(({ pieces }) => pieces.length > 0);
  const isSplit = rows.some(({ unsent = 0 }) => unsent > 0);
  const numbers = ['rows', ...(isSplit ? ['sent', 'unsent'] : []), 'size'];
  const columns = [
    { title: messages.getMessage('inputs.file') },
    ...numbers.map((name) => ({ title: messages.getMessage(`inputs.${name}`), isNumber: true })),
    ...(hasHashes ? [{ title: messages.getMessage('inputs.hash') }] : []),
  ];
  const cellsOf = ({ name, rows: count, unsent = 0, bytes, pieces }: ReportInput): Hole[] => [
    ...[name, formatCount(count)],
    ...(isSplit ? [formatCount(count - unsent), formatCount(unsent)] : []),
    formatBytes(bytes),
    ...(hasHashes ? [hashes(pieces)] : []),
  ];
  const note = messages.getMessage('inputs.moreUnsent', [formatRows(setAsideRows)]);
  return section(
    'input',
    heading,
    html`${table({ caption: heading, columns, rows, cellsOf })}
    ${setAsideRows > 0 && !isSplit && html`<p class="quiet">${note}</p>`}`,
  );
}

/** One hash where the file went into one job, otherwise one for each of its pieces. */
function hashes(pieces: readonly InputPiece[]): Html {
  const [first] = pieces;
  if (first === undefined) return html``;
  if (pieces.length === 1) {
    const note = messages.getMessage('inputs.hashNote', offsets(first));
    return html`<code class="hash">${first.sha256}</code>
      <p class="quiet">${note}</p>`;
  }
  const more = pieces.length - mostPieces;
  return html`<details>
    <summary>${messages.getMessage('inputs.pieces', [formatCount(pieces.length)])}</summary>
    <ol>
      ${pieces.slice(0, mostPieces).map(piece)}
    </ol>
    ${more > 0 && html`<p class="quiet">${messages.getMessage('table.more', [formatCount(more)])}</p>`}
  </details>`;
}

function piece(each: InputPiece): Html {
  const last = each.firstRow + each.rows - 1;
  const place = [formatCount(each.firstRow), formatCount(last), ...offsets(each)];
  return html`<li>
    ${messages.getMessage('inputs.piece', place)} <code class="hash">${each.sha256}</code>
  </li>`;
}

function offsets({ start, end }: InputPiece): string[] {
  return [formatCount(start), formatCount(end)];
}
