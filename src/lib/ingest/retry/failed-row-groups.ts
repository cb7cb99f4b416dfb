import { createReadStream } from 'node:fs';
import { readRecords } from '../../csv/records.js';
import { ErrorGroups, type ErrorGroup } from '../collect/error-groups.js';

/** Groups the rows of a file of failed records by their errors, worst first. */
export async function failedRowGroups(path: string, delimiter: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  let isHeader = true;
  for await (const record of readRecords(createReadStream(path), { delimiter })) {
    const [id = '', error = '', file = '', row = ''] = record;
    if (!isHeader) groups.add(error, () => (row === '' ? { id } : { id, file, row: Number(row) }));
    isHeader = false;
  }
  return groups.report();
}
