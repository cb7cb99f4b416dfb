import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { status: number; message: string; actions?: string[]; result: { jobId: string } };

const query = ['query', '--query', 'SELECT Id, Name FROM Product2'];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ tables: { Product2: 3 } });
});
afterAll(() => bench[Symbol.asyncDispose]());

async function jobOf(...args: string[]): Promise<string> {
  const { code, answer } = await bench.runJson<Answer>(...args);
  expect(code, JSON.stringify(answer)).toBe(0);
  return answer.result.jobId;
}

/** What the command says to do, done. */
async function follow(actions: readonly string[] = []) {
  const [, line = ''] = /sf bulk2 (job results .*)$/m.exec(actions.join('\n')) ?? [];
  return bench.run(...line.split(' '));
}

describe('a finished export', () => {
  test('to standard output is no second time resumed, and can be had from the org', async () => {
    const jobId = await interruptedAt(bench, 'query.results', query);
    expect((await bench.run('job', 'resume', '--id', jobId)).stdout.split('\n')).toHaveLength(5);
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await bench.run('job', 'resume', '--id', jobId, ...json);
      expect(code, stderr).toBe(2);
      expect(stdout + stderr).toContain('nothing left to resume');
    }
    const { answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
    expect((await follow(answer.actions)).stdout.split('\n')).toHaveLength(5);
  });

  test('to a file that is gone can be had from the org, to the same place', async () => {
    const jobId = await jobOf(...query, '--output-file', 'a.csv');
    const content = await readFile(bench.file('a.csv'), 'utf8');
    expect((await bench.run('job', 'resume', '--id', jobId)).code).toBe(0);
    await rm(bench.file('a.csv'));
    const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
    expect(code).toBe(2);
    expect(answer.message).toContain(bench.file('a.csv'));
    expect((await follow(answer.actions)).code).toBe(0);
    expect(await readFile(bench.file('a.csv'), 'utf8')).toBe(content);
    expect((await bench.run('job', 'resume', '--id', jobId)).code).toBe(0);
  });

  test('to a folder that is gone can be had from the org, to the same place', async () => {
    const jobId = await jobOf(...query, '--output-dir', 'out');
    await rm(bench.file('out'), { recursive: true });
    const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
    expect(code).toBe(2);
    expect((await follow(answer.actions)).code).toBe(0);
    expect(await readFile(bench.file('out/_manifest.json'), 'utf8')).toContain('"rows"');
  });

  test('that was given up for another one says so, and how to get its records', async () => {
    await using own = await openBench({ tables: { Product2: 3 } });
    const jobId = await interruptedAt(own, 'query.results', [...query, '--output-file', 'b.csv']);
    expect((await own.run(...query, '--output-file', 'b.csv')).code).toBe(0);
    const { code, answer } = await own.runJson<Answer>('job', 'resume', '--id', jobId);
    expect(code).toBe(2);
    expect(answer.message).toContain('nothing left to resume');
    expect(answer.actions?.join()).toContain(`sf bulk2 job results --id ${jobId}`);
  });
});

describe('a finished load', () => {
  test('whose result file is gone gets it again from the org', async () => {
    await writeFile(bench.file('a.csv'), 'Name\nAda\n');
    const jobId = await jobOf('insert', '--file', 'a.csv', '--sobject', 'Account');
    const path = bench.file(`${jobId}-success-records.csv`);
    expect((await bench.run('job', 'resume', '--id', jobId)).code).toBe(0);
    await rm(path);
    const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
    expect(code).toBe(2);
    expect(answer.message).toContain(path);
    expect((await follow(answer.actions)).code).toBe(0);
    expect(await readFile(path, 'utf8')).toContain('Ada');
  });

  test('that is asked for in another folder says where its files are, and how to get them there', async () => {
    await writeFile(bench.file('a.csv'), 'Name\nAda\n');
    const jobId = await jobOf('insert', '--file', 'a.csv', '--sobject', 'Account');
    await mkdir(bench.file('elsewhere'));
    const args = ['job', 'resume', '--id', jobId, '--results-dir', 'elsewhere'];
    const { code, answer } = await bench.runJson<Answer>(...args);
    expect(code).toBe(2);
    expect(answer.message).toContain(`its result files are in ${bench.folder}`);
    expect((await follow(answer.actions)).code).toBe(0);
    expect(await readFile(bench.file(`elsewhere/${jobId}-success-records.csv`), 'utf8')).toContain('Ada');
  });
});
