import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { CollectedRound } from '../../../../src/lib/load/collect/collect-round.js';
import { joinKnown } from '../../../../src/lib/load/collect/join-known.js';
import { readText, temporaryFolder } from './support.ts';

const failedHeader = 'sf__Id,sf__Error,source__File,source__Row,Name,Amount';
const locked = 'UNABLE_TO_LOCK_ROW:locked:--';
const plan = { columns: ['Name', 'Amount'], columnDelimiter: 'COMMA', lineEnding: 'LF' } as const;

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});

const sets = ['success', 'failed', 'unprocessed'] as const;
type PerSet<T> = Record<(typeof sets)[number], T>;

async function roundOf(number: number, lines: Partial<PerSet<string[]>>): Promise<CollectedRound> {
  const files = {} as PerSet<string>;
  const bytes = {} as PerSet<number>;
  const rows = {} as PerSet<number>;
  for (const set of sets) {
    const text = (lines[set] ?? []).map((line) => `${line}\n`).join('');
    files[set] = join(folder, `${number}-${set}.part`);
    await writeFile(files[set], text);
    bytes[set] = (await stat(files[set])).size;
    rows[set] = Math.max(0, (lines[set] ?? []).length - 1);
  }
  return { files, progress: { jobs: 1, bytes, rows } };
}

async function join2(retry: Partial<PerSet<string[]>>, isLastPartial: boolean) {
  const rounds = [
    await roundOf(0, {
      success: ['sf__Id,sf__Created,Name,Amount', '001A,true,Ada,1'],
      failed: [
        failedHeader,
        `,${locked},a.csv,2,Bob,1000`,
        `,REQUIRED:no:--,a.csv,3,Cyd,3`,
        `,${locked},a.csv,4,Dee,4`,
      ],
      unprocessed: ['Name,Amount', 'Eve,5'],
    }),
    await roundOf(1, retry),
  ];
  const files = {
    success: rounds[0]!.files.success,
    failed: join(folder, 'all-failed'),
    unprocessed: join(folder, 'all-unprocessed'),
  };
  const rows = await joinKnown(rounds, { plan, files, isLastPartial, tempPath: join(folder, 'temp') });
  return {
    rows,
    failed: await readText(files.failed),
    unprocessed: await readText(files.unprocessed),
  };
}

const saved = (row: string) => ({ success: ['sf__Id,sf__Created,Name,Amount', `001B,true,${row}`] });

test('rows that the last round has sent are what it made of them, however the org writes their numbers', async () => {
  const { rows, failed, unprocessed } = await join2(saved('Bob,1000.0'), true);
  expect(rows).toEqual({ success: 2, failed: 2, unprocessed: 1 });
  expect(failed).not.toContain('Bob');
  expect(failed).toContain('Cyd');
  expect(failed).toContain('Dee');
  expect(unprocessed).toBe('Name,Amount\nEve,5\n');
});

test('where it cannot be told which rows the last round has sent, none that it took is called failed or unprocessed', async () => {
  const { rows, failed, unprocessed } = await join2(saved('Bobby,1000'), true);
  expect(rows).toEqual({ success: 2, failed: 1, unprocessed: 0 });
  expect(failed).toBe(`${failedHeader}\n,REQUIRED:no:--,a.csv,3,Cyd,3\n`);
  expect(unprocessed).not.toContain('Eve');
});

test('rows of a round that was sent as a whole are in no file where its job is lost', async () => {
  const { rows } = await join2({}, false);
  expect(rows).toEqual({ success: 1, failed: 1, unprocessed: 0 });
});
