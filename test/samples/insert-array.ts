// Inserts records from an array, in steps: open, upload, close, poll, results.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const job = bulk.createJob({ object: 'Account', operation: 'insert' });

await job.open();
await job.uploadData([
  { Name: 'Acme', NumberOfEmployees: 120 },
  { Name: 'Blue Sky', Website: 'https://bluesky.example' },
]);
await job.close();
await job.poll();

for (const { sf__Id, Name } of await job.getSuccessfulResults()) console.log(`${Name} is ${sf__Id}`);
