// What jsforce's manual has for the upsert of a file: its stream to the job, all results into memory.
import { createReadStream } from 'node:fs';
import { Connection } from '@jsforce/jsforce-node';

const [instanceUrl, accessToken, file] = process.argv.slice(2);
const connection = new Connection({ instanceUrl, accessToken, version: '67.0' });
connection.bulk2.pollInterval = 1000;
connection.bulk2.pollTimeout = 1_200_000;
const { successfulResults } = await connection.bulk2.loadAndWaitForResults({
  object: 'Account',
  operation: 'upsert',
  externalIdFieldName: 'External_Id__c',
  input: createReadStream(file),
});
console.log(`${successfulResults.length} results`);
