import { readFile } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, loadHelpName } from '../loads.ts';
import { measure } from '../measure.ts';
import { tookRowsWithResults } from '../whole.ts';

const rows = 5_000_000;
const megabytes = 790;
const name = 'sf bulk2 job resume';

export default {
  title: 'The results of 5,000,000 rows (790 MB sent), after a load with --async',
  org: { ingestMode: 'sink' },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [
    { of: name, figure: 'time', most: megabytes / 60 },
    { of: name, figure: 'memory', most: 100, above: loadHelpName },
  ],
  prepare: async (stage) => {
    await writeAccounts(stage.file('rows.csv'), rows);
    const input = ['--file', 'rows.csv', '--sobject', 'Account', '--async', '--json'];
    await measure(stage.sf(['bulk2', 'insert', ...input], { stdoutFile: stage.file('insert.json') }));
    const { result } = JSON.parse(await readFile(stage.file('insert.json'), 'utf8')) as {
      result: { jobId: string };
    };
    const resume = ['bulk2', 'job', 'resume', '--id', result.jobId, '--results-dir', 'results', '--json'];
    return [
      loadHelp(stage),
      {
        name,
        command: stage.sf(resume),
        check: tookRowsWithResults(stage.org, rows, stage.file('results')),
      },
    ];
  },
} satisfies Benchmark;
