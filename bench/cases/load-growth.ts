import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, ourLoad } from '../loads.ts';

const sizes = [10_000, 100_000, 1_000_000];

export default {
  title: 'Inserts that grow, with the result of every row',
  org: { ingestMode: 'sink' },
  rounds: 1,
  prepare: async (stage) => {
    for (const rows of sizes) await writeAccounts(stage.file(`${rows}.csv`), rows);
    return [
      loadHelp(stage),
      ...sizes.map((rows) => ({
        ...ourLoad(stage, 'insert', `${rows}.csv`, rows),
        name: `sf bulk2 insert, ${rows.toLocaleString('en')} rows`,
      })),
    ];
  },
} satisfies Benchmark;
