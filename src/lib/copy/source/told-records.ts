import { cellText } from '../../csv/cells.js';
import { idWords, readLongId, writeIdIn } from '../../csv/record-id.js';
import { UsageError } from '../../errors.js';
import { compareKeys } from '../../files/record-sorter.js';
import type { CopyFiles, CopyObject } from '../../run/copy-record.js';
import type { ExportedRecords } from './exported-records.js';
import { knownText, sourceName } from '../model/numbered-ids.js';
import type { RowTemplate } from '../plan/row-template.js';

/** Records with one key, as a person finds them: by their rows in the files, from 1, or by their ids in the source. */
export type ToldRecords = {
  readonly value: string;
  readonly names: readonly string[];
  readonly text: string;
};

type Told = {
  readonly object: Pick<CopyObject, 'object' | 'file'>;
  readonly exported: ExportedRecords;
  /** Of the key. */
  readonly values: readonly RowTemplate[];
};

const mostNames = 5;

/** In an export that was made of files whose records have ids: the row of each in the files. */
export const fileRowColumn = 'source__Row';

/** Tells groups of rows, which are counted from 0; what the copy has made of the records is gone once it is refused. */
export async function toldRecords(
  { object: { file }, exported, values }: Told,
  groups: ReadonlyArray<readonly number[]>,
): Promise<ToldRecords[]> {
  const shown = groups.map((rows) => rows.slice(0, mostNames));
  const found = new Map(shown.flat().map((row) => [row, { name: '', value: '' }]));
  const id = new Uint32Array(idWords);
  const [idCell, rowCell] = [exported.indexOf('Id'), exported.indexOf(fileRowColumn)];
  await exported.scan((record, row) => {
    if (!found.has(row) || !writeIdIn(record, idCell, id)) return;
    const name = rowCell < 0 ? sourceName({ file }, id) : cellText(record, rowCell);
    found.set(row, { name, value: values.map((valueOf) => knownText(valueOf(record))).join(', ') });
  });
  return shown.map((rows) => {
    const names = rows.map((row) => found.get(row)?.name ?? '');
    const value = found.get(rows[0] ?? 0)?.value ?? '';
    const text = file === undefined ? `${names.join(', ')} in the source` : rowsText(names, file);
    return { value, names, text };
  });
}

function rowsText(rows: readonly string[], { paths }: CopyFiles): string {
  return `${rows.length === 1 ? 'row' : 'rows'} ${rows.join(' and ')} of ${paths.join(', ')}`;
}

/** Says that two rows have the same id. @param field the one that has it */
export async function recordTwice(
  { object: { object, file }, exported }: Omit<Told, 'values'>,
  id: Uint32Array,
  field = 'Id',
): Promise<UsageError> {
  const name = readLongId(id);
  if (file === undefined)
    return new UsageError(`The export of ${object} has the ${field} ${name} twice.`, {
      actions: ['Export it again.'],
    });
  const rows: string[] = [];
  const each = new Uint32Array(idWords);
  const [idCell, rowCell] = [exported.indexOf(field), exported.indexOf(fileRowColumn)];
  await exported.scan((record) => {
    if (writeIdIn(record, idCell, each) && compareKeys(each, id, idWords) === 0 && rows.length < mostNames)
      rows.push(cellText(record, rowCell));
  });
  return new UsageError(`Several records of ${object} have the ${field} ${name}: ${rowsText(rows, file)}.`, {
    actions: ['Remove all but one of these rows, then copy again.'],
    data: { object, id: name, rows },
  });
}
