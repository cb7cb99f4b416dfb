// Inserts a CSV file without reading it into memory.
import { createReadStream } from 'node:fs';
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const job = bulk.createJob({ object: 'Account', operation: 'insert' });

await job.open();
await job.uploadData(createReadStream('accounts.csv'));
await job.close();
await job.poll(1_000, 60_000);

const { numberRecordsProcessed, numberRecordsFailed } = job.getInfo();
console.log(`${numberRecordsProcessed} processed, ${numberRecordsFailed} failed`);
