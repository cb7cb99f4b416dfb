// Reads what became of each row, whatever the number of rows.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const job = bulk.createJob({ object: 'Account', operation: 'insert' });
await job.open();
await job.uploadData([{ Name: 'Has a name' }, { Phone: '555-0100' }]);
await job.close();
await job.poll();

// All at once, for few rows …
const { successfulResults, failedResults, unprocessedRecords } = await job.getAllResults();
console.log(successfulResults.length, failedResults.length, unprocessedRecords.length);

// … or row by row, in constant memory.
for await (const { Phone, sf__Error } of job.results('failed')) console.log(`${Phone}: ${sf__Error}`);
