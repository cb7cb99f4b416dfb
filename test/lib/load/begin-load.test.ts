import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadFilesOptions } from '../../../src/lib/bulk2/load-files.js';
import { UsageError } from '../../../src/lib/errors.js';
import { isFinished } from '../../../src/lib/run/store.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { openBulk } from '../bulk2/open-bulk.ts';

async function openAccounts(operation: 'insert' | 'upsert' = 'insert') {
  const opened = await openBulk();
  const folder = await tempFolder();
  const path = join(folder, 'accounts.csv');
  const isUpsert = operation === 'upsert';
  await writeFile(path, isUpsert ? 'Name,External_Id__c\nAda,a-1\nBob,a-2\n' : 'Name\nAda\nBob\n');
  const key = isUpsert ? { externalIdFieldName: 'External_Id__c' } : {};
  const options: LoadFilesOptions = { object: 'Account', operation, input: path, resultsDir: folder, ...key };
  const names = async () => (await opened.org.records('Account')).map(({ Name }) => String(Name)).sort();
  return { ...opened, options, names, context: opened.bulk.context() };
}

/** Stops a load when the org has done this, such as closed its job, and has not answered. */
async function interrupted(
  { org, bulk, options }: Awaited<ReturnType<typeof openAccounts>>,
  endpoint = 'ingest.close',
): Promise<void> {
  const hold = await org.faults.add({
    endpoint,
    nth: 1,
    action: { kind: 'hold', when: 'after' },
  });
  const stop = new AbortController();
  const loading = bulk.load({ ...options, signal: stop.signal });
  await Promise.race([hold.hit(), loading]);
  stop.abort(new Error('stopped'));
  await expect(loading).rejects.toThrow('stopped');
  await hold.release('drop');
  await hold.remove();
}

test('of two programs that begin the same insert at the same moment, one loads its rows', async () => {
  const { bulk, options, names, context } = await openAccounts();
  const all = await Promise.allSettled([bulk.load(options), bulk.load(options), bulk.load(options)]);
  const failures = all.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  expect(failures).toHaveLength(2);
  for (const failure of failures) expect(failure).toBeInstanceOf(UsageError);
  expect(await names()).toEqual(['Ada', 'Bob']);
  expect(await context.store.list()).toHaveLength(1);
});

test('an insert that was interrupted does not begin again without a word', async () => {
  const opened = await openAccounts();
  await interrupted(opened);
  const failure = await failureOf(opened.bulk.load(opened.options));
  expect(failure).toBeInstanceOf(UsageError);
  expect((failure as UsageError).actions.join('\n')).toMatch(/job resume --id 750.*ifInterrupted/s);
  expect(await opened.context.store.list()).toHaveLength(1);
});

test('with "resume" it is finished: each row is there once', async () => {
  const opened = await openAccounts();
  await interrupted(opened);
  const status = await opened.bulk.load({ ...opened.options, ifInterrupted: 'resume' });
  expect(status).toMatchObject({ successful: 2, failed: 0, state: 'JobComplete' });
  expect(await opened.names()).toEqual(['Ada', 'Bob']);
  // Now nothing is interrupted.
  await opened.bulk.load({ ...opened.options, ifInterrupted: 'resume' });
  expect(await opened.names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});

test('with "resume" it is not finished where other options would send other rows', async () => {
  const opened = await openAccounts();
  await interrupted(opened);
  const other = { ...opened.options, ifInterrupted: 'resume', columns: { emptyAsNull: true } } as const;
  await expect(opened.bulk.load(other)).rejects.toThrow('was begun with another emptyAsNull');
});

test('with "new" it is ended, and with "beside" it is left as it is', async () => {
  const opened = await openAccounts();
  await interrupted(opened);
  await opened.bulk.load({ ...opened.options, ifInterrupted: 'beside' });
  const unfinished = async () =>
    (await opened.context.store.list()).filter(({ records }) => !isFinished(records)).length;
  expect(await unfinished()).toBe(1);
  await opened.bulk.load({ ...opened.options, ifInterrupted: 'new' });
  expect(await unfinished()).toBe(0);
});

test('an upsert that was interrupted begins again, unless it is asked not to', async () => {
  const opened = await openAccounts('upsert');
  await interrupted(opened);
  await expect(opened.bulk.load({ ...opened.options, ifInterrupted: 'fail' })).rejects.toThrow(UsageError);
  expect(await opened.bulk.load(opened.options)).toMatchObject({ successful: 2 });
  expect(await opened.names()).toEqual(['Ada', 'Bob']);
});

test('an insert does not begin beside an interrupted one whose file has other bytes now, unless it is to', async () => {
  const opened = await openAccounts();
  await interrupted(opened);
  await writeFile(join(opened.options.resultsDir ?? '', 'accounts.csv'), 'Name\nAda\nCyd\n');
  for (const ifInterrupted of [undefined, 'resume', 'fail'] as const) {
    const failure = await failureOf<UsageError>(opened.bulk.load({ ...opened.options, ifInterrupted }));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain('would be inserted twice');
    expect(failure.actions.join()).toContain('sf bulk2 job abort');
  }
  expect(await opened.context.store.list()).toHaveLength(1);
  await opened.bulk.load({ ...opened.options, ifInterrupted: 'new' });
  expect(await opened.names()).toEqual(['Ada', 'Ada', 'Bob', 'Cyd']);
});

test('an insert begins beside an interrupted one of other bytes that has closed no job, unless it is to fail', async () => {
  const opened = await openAccounts();
  await interrupted(opened, 'ingest.upload');
  await writeFile(join(opened.options.resultsDir ?? '', 'accounts.csv'), 'Name\nAda\nCyd\n');
  const refused = await failureOf<UsageError>(opened.bulk.load({ ...opened.options, ifInterrupted: 'fail' }));
  expect(refused).toBeInstanceOf(UsageError);
  expect(refused.message).toContain('Nothing of it is in the org, and nothing was sent.');
  await opened.bulk.load({ ...opened.options, ifInterrupted: 'resume' });
  expect(await opened.names()).toEqual(['Ada', 'Cyd']);
  await writeFile(join(opened.options.resultsDir ?? '', 'accounts.csv'), 'Name\nAda\nBob\n');
  const since = await failureOf<UsageError>(opened.bulk.load({ ...opened.options, ifInterrupted: 'resume' }));
  expect(since).toBeInstanceOf(UsageError);
  expect(since.message).toContain('would be inserted twice');
  expect(await opened.names()).toEqual(['Ada', 'Cyd']);
});
