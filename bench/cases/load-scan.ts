import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';

export default {
  title: 'The first pass over a CSV of 1 GB, with and without the check of values, beside --help',
  org: {},
  rounds: 3,
  prepare: async (stage) => {
    await writeAccounts(stage.file('a.csv'), 6_300_000);
    const args = ['bulk2', 'insert', '--file', 'a.csv', '--sobject', 'Account', '--dry-run'];
    return [
      { name: 'structure', command: stage.sf([...args, '--no-preflight']) },
      { name: 'structure and values', command: stage.sf(args) },
      { name: 'sf bulk2 insert --help', command: stage.sf(['bulk2', 'insert', '--help']) },
    ];
  },
} satisfies Benchmark;
