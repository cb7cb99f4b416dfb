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

/** Options as programs pass them on that may have none: undefined, also with `exactOptionalPropertyTypes`. Compiled only. */
export const undefinedOptions = `import { BulkV2, type LoadFilesOptions, type OrgConnection } from 'sf-plugin-bulk2';

export async function run(connection: OrgConnection, signal: AbortSignal | undefined): Promise<void> {
  const none = undefined;
  const retryPolicy = { attempts: none, attemptsBeforeFirstAnswer: none, firstWaitMs: none, longestWaitMs: none };
  const bulk = new BulkV2(connection, {
    pollInterval: none, pollTimeout: none, signal, stateFolder: none, retryPolicy, onRetry: none, client: none,
  });
  const ending = { signal, abortJob: none };
  const polling = { pollInterval: none, pollTimeout: none };
  const form = { columnDelimiter: none, lineEnding: none };
  const account = { operation: 'insert', object: 'Account', externalIdFieldName: none, assignmentRuleId: none } as const;
  const job = bulk.createJob({ ...account, ...ending, ...form, contentType: none });
  bulk.createJob({ operation: 'query', query: 'SELECT Id FROM Account', ...ending, ...form });
  bulk.job('ingest', { id: job.id, ...ending });
  bulk.job('query', { id: job.id, ...ending });
  await bulk.jobs({
    type: none, state: none, object: none, operation: none, createdById: none, since: none, signal,
  });
  await bulk.loadAndWaitForResults({ ...account, ...ending, ...polling, ...form, onJob: none, input: [{ Name: 'A' }] });
  const load: LoadFilesOptions = {
    ...account, signal, wait: none, events: none, resultsDir: none, compress: none, retryFailed: none, preflight: none,
    setAsideInvalid: none, duplicateKeys: none, maxFailures: none, input: 'accounts.csv',
    reading: { format: none, delimiter: none, lineEnding: none, encoding: none },
    columns: { mapping: none, ignoreUnknown: none, emptyAsNull: none },
    limits: { maxJobBytes: none, maxRowsPerJob: none, concurrency: none },
  };
  await bulk.load(load);
  await bulk.load({ ...account, input: 'accounts.csv', reading: none, columns: none, limits: none });
  await bulk.resume(job.id, { signal, wait: none, events: none, resultsDir: none });
  await bulk.query('SELECT Id FROM Account', { ...ending, ...polling, ...form, onJob: none, scanAll: none, typed: none });
  const byQuery = {
    signal, bulkThreshold: none, allowBulk: none, bulkApiVersion: none, dryRun: none, undoPath: none, resultsDir: none,
    events: none, onChanged: none, onBegun: none,
  };
  await bulk.destroy('SELECT Id FROM Account', { ...byQuery, hardDelete: none });
  await bulk.update('SELECT Id FROM Account', { Name: 'A' }, byQuery);
}
`;

/** CommonJS in JavaScript. */
export const commonJs = `const { BulkV2, UsageError } = require('sf-plugin-bulk2');
const bulk = new BulkV2({ instanceUrl: 'http://127.0.0.1:9', version: '60.0', request: async () => ({}) });
bulk.query('').catch((error) => console.log(error instanceof UsageError ? 'ok' : error));
`;
