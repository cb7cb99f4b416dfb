import type { IngestOperation } from '../api/types.js';
import type { InputRecord } from '../input/input-record.js';

/**
 * Leaves out of records what an operation has no use for: an insert takes no Id, a deletion takes nothing else, so
 * that records can be loaded as a query gave them.
 */
export function fieldsToSend(
  records: AsyncIterable<InputRecord>,
  operation: IngestOperation,
): AsyncIterable<InputRecord> {
  switch (operation) {
    case 'insert':
      return filtered(records, (name) => name.toLowerCase() !== 'id');
    case 'delete':
    case 'hardDelete':
      return filtered(records, (name) => name.toLowerCase() === 'id');
    case 'update':
    case 'upsert':
      return records;
  }
}

async function* filtered(
  records: AsyncIterable<InputRecord>,
  keeps: (name: string) => boolean,
): AsyncGenerator<InputRecord> {
  for await (const record of records) {
    yield Object.fromEntries(Object.entries(record).filter(([name]) => keeps(name)));
  }
}
