import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';

export default {
  title: '10,000 records inserted',
  org: {},
  rounds: 3,
  prepare: async (stage) => {
    // Inserted once by each contender, so no column may be unique.
    await writeAccounts(stage.file('small.csv'), 10_000, 'AccountNumber');
    const input = ['--file', 'small.csv', '--sobject', 'Account'];
    return [
      { name: 'sf bulk2 insert', command: stage.sf(['bulk2', 'insert', ...input, '--results-dir', '.']) },
      {
        name: 'sf data import bulk',
        command: stage.sf(['data', 'import', 'bulk', ...input, '--wait', '10']),
      },
    ];
  },
} satisfies Benchmark;
