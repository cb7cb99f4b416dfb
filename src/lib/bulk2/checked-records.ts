import { requireRecord, type InputRecord } from '../input/input-record.js';
import { recordsName } from '../input/stored-record.js';

/** What a program gives as records. @throws InputError one of them is no record, with its number */
export async function* checkedRecords(
  records: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<InputRecord, void, undefined> {
  let row = 0;
  for await (const record of records) yield requireRecord(record, { file: recordsName, row: (row += 1) });
}
