// Reads the records of a query: one by one, or all of them into an array.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());

let longest = '';
for await (const { Name = '' } of await bulk.query('SELECT Name FROM Account')) {
  if (Name.length > longest.length) longest = Name;
}
console.log(`the longest name is ${longest}`);

const records = await (await bulk.query('SELECT Id, Name FROM Account')).toArray();
console.log(`${records.length} accounts`);
