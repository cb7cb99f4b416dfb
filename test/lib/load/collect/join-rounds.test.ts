import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { scanCsv } from '../../../../src/lib/csv/scan.js';
import { keySumIn } from '../../../../src/lib/load/keys/key-sum.js';
import type { CollectedRound } from '../../../../src/lib/load/collect/collect-round.js';
import { joinRounds } from '../../../../src/lib/load/collect/join-rounds.js';
import { RowCountError } from '../../../../src/lib/errors.js';
import type { LoadPlan } from '../../../../src/lib/run/record.js';
import { failureOf } from '../../../support/failure-of.ts';
import { readText, temporaryFolder } from './support.ts';

const failedHeader = 'sf__Id,sf__Error,source__File,source__Row,Ext__c,Name\n';
const locked = 'UNABLE_TO_LOCK_ROW:locked:--';
const broken = 'REQUIRED_FIELD_MISSING:no name:Name --';

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});

type Sets = { readonly success?: string; readonly failed?: string; readonly unprocessed?: string };

async function roundOf(number: number, sets: Sets): Promise<CollectedRound> {
  const write = async (name: keyof Sets): Promise<[string, number, number]> => {
    const path = join(folder, `${number}-${name}.part`);
    await writeFile(path, sets[name] ?? '');
    return [path, (await stat(path)).size, Math.max(0, (sets[name] ?? '').split('\n').length - 2)];
  };
  const [success, failed, unprocessed] = [
    await write('success'),
    await write('failed'),
    await write('unprocessed'),
  ];
  const of = <T>(at: 0 | 1 | 2) => ({
    success: success[at] as T,
    failed: failed[at] as T,
    unprocessed: unprocessed[at] as T,
  });
  return { files: of<string>(0), progress: { jobs: 1, bytes: of<number>(1), rows: of<number>(2) } };
}

/** The plan of a round that sends these rows. */
async function planOf(csv: string): Promise<LoadPlan> {
  const path = join(folder, 'sent.csv');
  await writeFile(path, csv);
  const scan = await scanCsv({ path, name: 'sent' }, { sumRows: (columns) => keySumIn(columns, 'Ext__c') });
  const segments = scan.parts.map((part) => ({ ...part, source: 0 }));
  return {
    operation: 'upsert',
    externalId: 'Ext__c',
    object: 'Account',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    header: 'Ext__c,Name',
    columns: ['Ext__c', 'Name'],
    sources: [],
    parts: [{ index: 0, segments, rows: scan.rows, bytes: 0 }],
    rows: scan.rows,
    concurrency: 1,
    resultsDir: folder,
  };
}

async function joined(sent: string) {
  const collected = [
    await roundOf(0, {
      success: 'sf__Id,sf__Created,Ext__c,Name\n1,true,a,A\n',
      failed: `${failedHeader},${locked},i.csv,2,b,B\n,${broken},i.csv,3,c,C\n`,
      unprocessed: 'Ext__c,Name\nd,D\n',
    }),
    await roundOf(1, {
      success: 'sf__Id,sf__Created,Ext__c,Name\n2,true,b,B\n',
      failed: `${failedHeader},${broken},,,d,D\n`,
    }),
  ];
  const rounds = [await planOf('Ext__c,Name\na,A\nb,B\nc,C\nd,D\n'), await planOf(sent)];
  const files = {
    success: join(folder, '0-success.part'),
    failed: join(folder, 'all.part'),
    unprocessed: '',
  };
  return { files, join: () => joinRounds(collected, { rounds, files }) };
}

test('rows that were retried are where their last round has put them, however often they are joined', async () => {
  const { files, join: joinThem } = await joined('Ext__c,Name\nB,B\nd,D\n');
  for (let time = 0; time < 2; time += 1) {
    expect(await joinThem()).toEqual({ success: 2, failed: 2, unprocessed: 0 });
    expect(await readText(files.success)).toBe('sf__Id,sf__Created,Ext__c,Name\n1,true,a,A\n2,true,b,B\n');
    expect(await readText(files.failed)).toBe(`${failedHeader},${broken},i.csv,3,c,C\n,${broken},,,d,D\n`);
  }
});

test('another row that was retried in the place of one that failed is an error', async () => {
  const { join: joinThem } = await joined('Ext__c,Name\nb,B\nc,C\n');
  expect(await failureOf(joinThem())).toBeInstanceOf(RowCountError);
});

test('fewer rows that were retried than are left out is an error', async () => {
  const { join: joinThem } = await joined('Ext__c,Name\nb,B\n');
  expect(await failureOf(joinThem())).toBeInstanceOf(RowCountError);
});
