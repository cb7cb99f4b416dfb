import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { cellText, recordTexts } from '../../csv/cells.js';
import type { ErrorGroups, ErrorSample } from './error-groups.js';
import type { Place } from './place-index.js';
import { RecordReader } from './record-reader.js';

const mostColumns = 50;
const mostCharacters = 200;

/** What an error group shows of one of its rows, whose columns stand in the given cells. */
export function sampleOf(
  record: CsvRecord,
  {
    columns,
    cells,
    place,
  }: {
    readonly columns: readonly string[];
    readonly cells: readonly number[];
    readonly place: Place | undefined;
  },
): Omit<ErrorSample, 'message'> {
  const id = cellText(record, 0);
  const values = columns.slice(0, mostColumns).map((column, index) => {
    const cell = cells[index] ?? -1;
    return [column, cell < 0 ? '' : cut(cellText(record, cell))] as const;
  });
  return { ...place, ...(id === '' ? {} : { id }), values: Object.fromEntries(values) };
}

/** Counts the errors of a failed-records file anew, after an interruption. */
export async function countErrorsAgain(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
  errors: ErrorGroups,
): Promise<void> {
  const reader = new RecordReader(bytes, delimiter);
  let columns: readonly string[] = [];
  await reader.read(1, (record) => (columns = recordTexts(record).slice(4)));
  const cells = columns.map((_, index) => index + 4);
  await reader.read(Infinity, (record) => {
    errors.add(cellText(record, 1), () => {
      const row = Number(cellText(record, 3));
      const place = row === 0 ? undefined : { file: cellText(record, 2), row };
      return sampleOf(record, { columns, cells, place });
    });
  });
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}
