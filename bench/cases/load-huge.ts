import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, loadHelpName, ourLoad } from '../loads.ts';

const rows = 31_500_000;

export default {
  title: 'A CSV of 5 GB, quoted newlines included, inserted with the result of every row',
  org: { ingestMode: 'sink' },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [{ of: 'sf bulk2 insert', figure: 'memory', most: 100, above: loadHelpName }],
  prepare: async (stage) => {
    await writeAccounts(stage.file('huge.csv'), rows);
    return [loadHelp(stage), ourLoad(stage, 'insert', 'huge.csv', rows)];
  },
} satisfies Benchmark;
