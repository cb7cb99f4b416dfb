import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, loadHelpName, ourLoad } from '../loads.ts';

const rows = 6_300_000;
const name = 'sf bulk2 insert';

export default {
  title: 'A CSV of 1 GB inserted, with the result of every row',
  org: { ingestMode: 'sink' },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [
    { of: name, figure: 'CPU', most: 12 },
    { of: name, figure: 'memory', most: 60, above: loadHelpName },
  ],
  prepare: async (stage) => {
    await writeAccounts(stage.file('gigabyte.csv'), rows);
    return [loadHelp(stage), ourLoad(stage, 'insert', 'gigabyte.csv', rows)];
  },
} satisfies Benchmark;
