import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { cellText, recordTexts } from '../../csv/cells.js';
import type { ErrorGroups, ErrorSample } from '../model/error-groups.js';
import type { Place } from './place-index.js';
import { RecordReader } from '../../csv/record-reader.js';

const mostColumns = 50;
const mostCharacters = 200;

/** What an error group shows of one of its rows, whose columns stand in the given cells. */
function sampleOf(
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

/** Counts the errors of failed records: of a load's file of them, or of what the service gives of one job. */
export async function countErrors(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
  errors: ErrorGroups,
): Promise<void> {
  const reader = new RecordReader(bytes, delimiter);
  let header: readonly string[] = [];
  await reader.read(1, (record) => (header = recordTexts(record)));
  const hasPlaces = header[2] === 'source__File';
  const lead = hasPlaces ? 4 : 2;
  const columns = header.slice(lead);
  const cells = columns.map((_, index) => index + lead);
  await reader.read(Infinity, (record) => {
    errors.add(cellText(record, 1), () => {
      const row = hasPlaces ? Number(cellText(record, 3)) : 0;
      const place = row === 0 ? undefined : { file: cellText(record, 2), row };
      return sampleOf(record, { columns, cells, place });
    });
  });
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}
