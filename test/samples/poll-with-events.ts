// Follows a job by its events.
import { BulkV2, PollingTimeoutError } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const bulk = new BulkV2(connect());
const job = bulk.createJob({ object: 'Account', operation: 'insert' });

job.on('open', ({ id }) => console.log(`job ${id} is open`));
job.on('close', () => console.log('the data is complete'));
job.on('inProgress', ({ state }) => console.log(`still ${state}`));
job.on('jobComplete', ({ numberRecordsProcessed }) => console.log(`${numberRecordsProcessed} processed`));
job.on('failed', ({ message }) => console.error(message));

await job.open();
await job.uploadData('Name\nEventful\n');
await job.close();
try {
  await job.poll(500, 120_000);
} catch (error) {
  if (!(error instanceof PollingTimeoutError)) throw error;
  // The job goes on in the org: poll it again later, by its id.
  console.log(`not finished yet: ${job.id}`);
}
