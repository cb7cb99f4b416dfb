import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { ourLoad, stockLoad } from '../loads.ts';

export default {
  title: '10,000 records inserted; ours with the result of every row',
  org: {},
  rounds: 3,
  bars: [{ of: 'sf bulk2 insert', to: 'sf data import bulk', figure: 'time', most: 0.2 }],
  prepare: async (stage) => {
    // Inserted once by each contender, so no column may be unique.
    await writeAccounts(stage.file('small.csv'), 10_000, 'AccountNumber');
    return [ourLoad(stage, 'insert', 'small.csv', 10_000), stockLoad(stage, 'insert', 'small.csv', 10_000)];
  },
} satisfies Benchmark;
