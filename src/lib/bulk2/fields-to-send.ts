import type { IngestOperation } from '../api/types.js';
import type { InputRecord } from '../input/input-record.js';
import type { RecordSource } from '../input/records-to-csv.js';

/**
 * Leaves out of records what an operation has no use for: an insert takes no Id, a deletion takes nothing else, so
 * that records can be loaded as a query gave them.
 */
export function fieldsToSend(source: RecordSource, operation: IngestOperation): RecordSource {
  switch (operation) {
    case 'insert':
      return () => mapped(source(), (name) => name.toLowerCase() !== 'id');
    case 'delete':
    case 'hardDelete':
      return () => mapped(source(), (name) => name.toLowerCase() === 'id');
    case 'update':
    case 'upsert':
      return source;
  }
}

async function* mapped(
  records: ReturnType<RecordSource>,
  keeps: (name: string) => boolean,
): AsyncGenerator<InputRecord> {
  for await (const record of records) {
    yield Object.fromEntries(Object.entries(record).filter(([name]) => keeps(name)));
  }
}
