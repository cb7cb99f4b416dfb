// Programs that are compiled and run in an empty project with the packed package: the forms that its documentation shows.

/** The samples of jsforce's manual on Bulk API 2.0, as programs have them. Compiled only. */
export const manual = `import * as fs from 'node:fs';
import { Connection, SfDate } from '@jsforce/jsforce-node';
import { withBulk2, type IngestJobV2Results, type JobInfoV2, type QueryJobInfoV2 } from 'sf-plugin-bulk2';

interface Account { Name: string }
const conn = withBulk2(new Connection({ instanceUrl: 'http://127.0.0.1:9', accessToken: 'x' }));
const accounts: Account[] = [{ Name: 'One' }, { Name: 'Two' }];
conn.bulk2.pollTimeout = 90_000;

export async function upload(): Promise<IngestJobV2Results<Account>> {
  const job = conn.bulk2.createJob({ operation: 'insert', object: 'Account' });
  job.on('open', ({ id }) => console.log(id));
  job.on('inProgress', (info: JobInfoV2) => {
    const figures: number = info.numberRecordsProcessed + info.numberRecordsFailed;
    console.log(figures);
  });
  await job.open();
  await job.uploadData(accounts);
  await job.uploadData(fs.createReadStream('accounts.csv'));
  await job.close();
  await job.poll();
  await job.poll(30_000, 300_000);
  const all = await job.getAllResults();
  for (const { sf__Id } of all.successfulResults) console.log(sf__Id);
  for (const { sf__Id, sf__Error } of all.failedResults) console.log(sf__Id, sf__Error);
  for (const row of all.unprocessedRecords) console.log(typeof row === 'string' ? row : Object.keys(row));
  const polling = { pollTimeout: 60_000, pollInterval: 5_000 };
  return conn.bulk2.loadAndWaitForResults<Account>({ object: 'Account', operation: 'insert', input: accounts, ...polling });
}

export async function query(): Promise<QueryJobInfoV2> {
  const stream = await conn.bulk2.query('SELECT Name FROM Account');
  stream.on('record', (record) => console.log(record.Name));
  stream.on('error', (error) => console.error(error.message));
  stream.stream().pipe(fs.createWriteStream('accounts.csv'));
  const records = await (await conn.bulk2.query<Account>('SELECT Name FROM Account')).toArray();
  for (const { Name } of records) console.log(Name.length);
  return conn.bulk2.createJob({ operation: 'query', query: 'SELECT Id FROM Account' }).open();
}

export async function destroy(): Promise<void> {
  const options = { allowBulk: true, bulkThreshold: 200, bulkApiVersion: 2 } as const;
  const results = await conn.sobject('Account').find({ CreatedDate: SfDate.TODAY }).destroy(options);
  for (const { id, success } of results) console.log(id, success);
}
`;

/** CommonJS in JavaScript. */
export const commonJs = `const { BulkV2, UsageError } = require('sf-plugin-bulk2');
const bulk = new BulkV2({ instanceUrl: 'http://127.0.0.1:9', version: '60.0', request: async () => ({}) });
bulk.query('').catch((error) => console.log(error instanceof UsageError ? 'ok' : error));
`;
