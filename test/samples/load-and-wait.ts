// Loads and waits in one call.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const { successfulResults, failedResults } = await bulk.loadAndWaitForResults({
  object: 'Account',
  operation: 'upsert',
  externalIdFieldName: 'External_Id__c',
  input: [
    { External_Id__c: 'a-1', Name: 'First' },
    { External_Id__c: 'a-2', Name: 'Second' },
  ],
  pollInterval: 500,
  pollTimeout: 120_000,
});
console.log(`${successfulResults.length} succeeded, ${failedResults.length} failed`);
