// Updates what a query finds: few records over SObject Collections, many with a Bulk load.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const outcome = await bulk.update(
  "SELECT Id FROM Account WHERE Industry = 'Energy'",
  { Name: '${Name} (energy)', Phone: null },
  { bulkThreshold: 200, undoPath: 'before-update.csv' },
);
console.log(`${outcome.successful} of ${outcome.total} updated over ${outcome.route}`);
for await (const { id, success, errors } of outcome) if (!success) console.log(id, errors);
