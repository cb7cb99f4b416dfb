import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { ourLoad, stockLoad } from '../loads.ts';

export default {
  title: '600,000 records, 95 MB, inserted; ours with the result of every row',
  org: { ingestMode: 'sink' },
  wires: ['narrow'],
  rounds: 2,
  isLong: true,
  bars: [{ of: 'sf bulk2 insert', to: 'sf data import bulk', figure: 'time', most: 0.33, wire: 'narrow' }],
  prepare: async (stage) => {
    await writeAccounts(stage.file('large.csv'), 600_000);
    return [ourLoad(stage, 'insert', 'large.csv', 600_000), stockLoad(stage, 'insert', 'large.csv', 600_000)];
  },
} satisfies Benchmark;
