import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';

export default {
  title: '600,000 records, 95 MB, upserted, with full results and --json',
  org: { ingestMode: 'sink' },
  rounds: 2,
  isLong: true,
  prepare: async (stage) => {
    await writeAccounts(stage.file('large.csv'), 600_000);
    const input = [
      '--file',
      'large.csv',
      '--sobject',
      'Account',
      '--external-id',
      'External_Id__c',
      '--json',
    ];
    return [
      {
        name: 'sf bulk2 upsert',
        command: stage.sf(['bulk2', 'upsert', ...input, '--results-dir', '.'], {
          stdoutFile: stage.file('a.json'),
        }),
      },
      {
        name: 'sf data upsert bulk',
        command: stage.sf(['data', 'upsert', 'bulk', ...input, '--wait', '10'], {
          stdoutFile: stage.file('b.json'),
        }),
      },
    ];
  },
} satisfies Benchmark;
