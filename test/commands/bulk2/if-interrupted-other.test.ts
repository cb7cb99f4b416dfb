import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { runStore, type RunView } from '../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = {
  status: number;
  message: string;
  actions?: string[];
  warnings?: string[];
  result: LoadReport;
};

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  await writeFile(bench.file('b.csv'), 'Name\nCyd\n');
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const insert = (...args: string[]): string[] => ['insert', '--sobject', 'Account', ...args];
const insertA = insert('--file', 'a.csv');

const names = async (): Promise<unknown[]> =>
  (await bench.org.records('Account')).map(({ Name }) => Name).sort();

async function runs(): Promise<RunView[]> {
  return runStore(bench.file('home/.sf/bulk2')).list();
}

/** A load that is interrupted when its job is closed: its rows are in the org. */
function interruptedWhenClosed(args: readonly string[]): Promise<string> {
  return interruptedAt(bench, 'ingest.info', args);
}

describe('where an interrupted insert was of the same path with other bytes, or of one of several files', () => {
  const again = [insertA, insert('--file', 'a.csv', '--file', 'b.csv')];

  test.each([[[]], [['--if-interrupted', 'resume']], [['--if-interrupted', 'fail']]])(
    'and has closed a job, an insert with %j is refused, and it is said how many rows that has sent',
    async (flags) => {
      const jobId = await interruptedWhenClosed(insertA);
      await writeFile(bench.file('a.csv'), 'Name\nAda\nDan\n');
      for (const line of again) {
        const { code, answer } = await bench.runJson<Answer>(...line, ...flags);
        expect(code, JSON.stringify(answer)).toBe(2);
        expect(answer.message).toMatch(/closed jobs with 2 of its 2 rows.*would be inserted twice/s);
        expect(answer.actions?.join('\n')).toContain(`sf bulk2 job abort --id ${jobId}`);
        expect(answer.actions?.at(-1)).toMatch(/sf bulk2 insert .* --if-interrupted new$/);
      }
      expect(await names()).toEqual(['Ada', 'Bob']);
      expect(await runs()).toHaveLength(1);
      expect((await bench.run('job', 'abort', '--id', jobId)).code).toBe(0);
      expect((await bench.runJson<Answer>(...insertA, ...flags)).code).toBe(0);
    },
  );

  test('new inserts all rows of the file, and leaves the other one as it is', async () => {
    const jobId = await interruptedWhenClosed(insertA);
    await writeFile(bench.file('a.csv'), 'Name\nDan\n');
    const { code, answer } = await bench.runJson<Answer>(...insertA, '--if-interrupted', 'new');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.warnings?.join('\n')).toContain(`sf bulk2 job resume --id ${jobId}`);
    expect(await names()).toEqual(['Ada', 'Bob', 'Dan']);
  });

  test.each([[[]], [['--if-interrupted', 'resume']]])(
    'and has closed no job, an insert with %j warns and begins',
    async (flags) => {
      const jobId = await interruptedAt(bench, 'ingest.upload', insertA);
      await writeFile(bench.file('a.csv'), 'Name\nDan\n');
      const refused = await bench.runJson<Answer>(...insertA, '--if-interrupted', 'fail');
      expect(refused.code, JSON.stringify(refused.answer)).toBe(2);
      expect(refused.answer.message).toMatch(/nothing of it is in the org. Nothing was sent/);
      const { code, answer } = await bench.runJson<Answer>(...insertA, ...flags);
      expect(code, JSON.stringify(answer)).toBe(0);
      expect(answer.warnings?.join('\n')).toContain(`sf bulk2 job resume --id ${jobId}`);
      expect(await names()).toEqual(['Dan']);
    },
  );

  test('an upsert warns, and begins', async () => {
    await writeFile(bench.file('u.csv'), 'External_Id__c,Name\nA-1,Ada\n');
    const upsert = ['upsert', '--sobject', 'Account', '--file', 'u.csv', '--external-id', 'External_Id__c'];
    const jobId = await interruptedWhenClosed(upsert);
    await writeFile(bench.file('u.csv'), 'External_Id__c,Name\nA-1,Ann\n');
    const { code, answer } = await bench.runJson<Answer>(...upsert, '--if-interrupted', 'resume');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.warnings?.join('\n')).toContain(`sf bulk2 job resume --id ${jobId}`);
  });
});
