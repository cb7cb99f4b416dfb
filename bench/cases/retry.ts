import { readFile, writeFile } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { measure } from '../measure.ts';
import { tookRows } from '../whole.ts';

const rows = 100_000;

export default {
  title: '100,000 failed rows retried, with the result of every row',
  org: {},
  rounds: 1,
  isLong: true,
  prepare: async (stage) => {
    // Every row fails, and again in each retry: the state has no such value.
    const text = Array.from(
      { length: rows },
      (_, row) => `Account ${row},00000000000000000${row % 10}\n`,
    ).join('');
    await writeFile(stage.file('failing.csv'), `Name,ParentId\n${text}`);
    const input = ['--file', 'failing.csv', '--sobject', 'Account', '--no-preflight', '--results-dir', '.'];
    const insert = stage.sf(['bulk2', 'insert', ...input, '--json'], {
      stdoutFile: stage.file('insert.json'),
      codes: [68],
    });
    await measure(insert);
    const check = tookRows(stage.org, rows);
    await check();
    const { result } = JSON.parse(await readFile(stage.file('insert.json'), 'utf8')) as {
      result: { jobId: string };
    };
    const retry = ['bulk2', 'job', 'retry', '--id', result.jobId, '--json'];
    return [{ name: 'sf bulk2 job retry', command: stage.sf(retry, { codes: [68] }), check }];
  },
} satisfies Benchmark;
