// Loads files of any size, as many jobs as it takes, each row accounted for.
import { BulkV2, Events, type LoadEvents } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const events = new Events<LoadEvents>();
events.on('jobCreated', ({ jobId }) => console.log(`resume with: sf bulk2 job resume --id ${jobId}`));

const { successful, failed, unprocessed, files } = await bulk.load({
  object: 'Account',
  operation: 'upsert',
  externalIdFieldName: 'External_Id__c',
  input: ['accounts-1.csv', 'accounts-2.ndjson'],
  resultsDir: 'results',
  events,
});
console.log(`${successful} + ${failed} + ${unprocessed} rows`);
if (failed > 0) console.log(`what failed is in ${files?.failed}`);
