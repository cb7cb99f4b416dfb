import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';

const rows = 31_500_000;

export default {
  title: 'A CSV of 5 GB, quoted newlines included, inserted with full results: peak memory beside --help',
  org: { ingestMode: 'sink' },
  rounds: 1,
  isLong: true,
  prepare: async (stage) => {
    await writeAccounts(stage.file('huge.csv'), rows);
    const args = ['bulk2', 'insert', '--file', 'huge.csv', '--sobject', 'Account', '--results-dir', '.'];
    return [
      { name: 'sf bulk2 insert --help', command: stage.sf(['bulk2', 'insert', '--help']) },
      { name: 'sf bulk2 insert', command: stage.sf(args) },
    ];
  },
} satisfies Benchmark;
