import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { keySumIn } from '../../../../src/lib/load/keys/key-sum.js';
import type { ResultFinding } from '../../../../src/lib/load/model/result-finding.js';
import { collectResults, type CollectRequest } from '../../../../src/lib/load/collect/collect.js';
import type { ResultFetcher } from '../../../../src/lib/load/collect/request.js';
import { RowCountError } from '../../../../src/lib/errors.js';
import { RecordReader } from '../../../../src/lib/csv/record-reader.js';
import { failureOf } from '../../../support/failure-of.ts';
import { chunksOf, requestIn, sourceOf, temporaryFolder } from './support.ts';

const header = '"sf__Id","sf__Created",Name,Key__c\n';
const input = 'Name,Key__c\nAda,k-1\nBob,k-2\nCem,k-3\n';
const honest = '"001A","true","Ada","k-1"\n"001B","true","Bob","K-2"\n"001C","true","Cem","k-3"\n';
/** The result of Ada's row in the place of Bob's. */
const lie = '"001A","true","Ada","k-1"\n"001A","true","Ada","k-1"\n"001C","true","Cem","k-3"\n';

async function request(
  bodies: readonly string[],
  rest: Partial<CollectRequest> = {},
): Promise<CollectRequest> {
  let asked = 0;
  const fetch: ResultFetcher = (_, __, read) =>
    read(chunksOf(header + bodies[Math.min(asked++, bodies.length - 1)]!));
  const job = {
    jobId: '750A',
    processed: 3,
    failed: 0,
    rowsSent: 3,
    source: sourceOf(input),
    keySum: await keySumOf(input),
  };
  return requestIn(await temporaryFolder(), {
    jobs: [job],
    fetch,
    columns: ['Name', 'Key__c'],
    keyColumn: 'Key__c',
    inputRows: 3,
    ...rest,
  });
}

async function keySumOf(csv: string): Promise<string> {
  const sum = keySumIn(['Name', 'Key__c'], 'Key__c')!;
  const reader = new RecordReader(chunksOf(csv), ',');
  await reader.read(1, () => undefined);
  await reader.read(Infinity, (record) => sum.add(record));
  return sum.take();
}

test('results with one row twice in the place of another are an error that names both', async () => {
  const error = await failureOf(collectResults(await request([lie])));
  expect(error).toBeInstanceOf(RowCountError);
  expect(error.message).toBe(
    'The results of job 750A have "k-1" (accounts.csv, row 1) more than once, and "k-2" (accounts.csv, row 2) none.',
  );
});

test('results that were of other rows once are fetched again', async () => {
  const asked = await request([lie, honest]);
  await collectResults(asked);
  expect(await readFile(asked.files.success, 'utf8').catch(() => '')).toMatch(/Bob|^$/);
});

test('keys that the service wrote in another way are told, and the results are good', async () => {
  const told: Array<[string, ResultFinding]> = [];
  const onFinding = (...finding: [string, ResultFinding]): unknown => told.push(finding);
  await collectResults(await request([honest.replace('K-2', 'key 2')], { onFinding }));
  expect(told).toEqual([
    [
      '750A',
      { kind: 'keysRewritten', sent: [{ key: 'k-2', file: 'accounts.csv', row: 2 }], returned: ['key 2'] },
    ],
  ]);
});

test('keys that cannot be explained, since the input has changed, are told too', async () => {
  const told: ResultFinding[] = [];
  const onFinding = (_: string, finding: ResultFinding): unknown => told.push(finding);
  const { jobs, ...rest } = await request([lie], { onFinding });
  const [job] = jobs as Iterable<never> as [object];
  await collectResults({ ...rest, jobs: [{ ...job, source: sourceOf('Name,Key__c\n') } as never] });
  expect(told).toEqual([{ kind: 'keysUnknown' }]);
});

test.each([
  ['the checksum of the keys that were sent is not known', { keySum: undefined }],
  ['the results do not have the key', { keySum: '0123456789abcdef' }],
])('nothing is compared where %s', async (_, more) => {
  const body = more.keySum === undefined ? lie : lie.replaceAll(/,"k-\d"/g, '');
  const asked = await request([body], { onFinding: () => expect.unreachable() });
  const [job] = asked.jobs as Iterable<never> as [object];
  const fetch: ResultFetcher = (__, ___, read) =>
    read(chunksOf((more.keySum === undefined ? header : '"sf__Id","sf__Created",Name\n') + body));
  await collectResults({ ...asked, fetch, jobs: [{ ...job, ...more } as never] });
});

test('a completed job that says otherwise than its results is told, and its results are good', async () => {
  const told: ResultFinding[] = [];
  const onFinding = (_: string, finding: ResultFinding): unknown => told.push(finding);
  const { jobs, ...rest } = await request([honest], { onFinding });
  const [job] = jobs as Iterable<never> as [object];
  await collectResults({
    ...rest,
    jobs: [{ ...job, state: 'JobComplete', processed: 2, failed: 1 } as never],
  });
  expect(told).toMatchObject([{ kind: 'otherCounts', count: { jobSays: { processed: 2, failed: 1 } } }]);
});
