// Writes the records of a query to a CSV file, in constant memory.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const records = await bulk.query('SELECT Id, Name FROM Account', { pollTimeout: 600_000 });
await pipeline(records.stream(), createWriteStream('exported.csv'));
console.log('written to exported.csv');
