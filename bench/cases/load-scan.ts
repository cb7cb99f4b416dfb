import { stat } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, loadHelpName } from '../loads.ts';

const name = 'structure and values';

export default {
  title:
    'The first pass over a CSV of 1 GB with quoted values: structure alone, and with the check of values',
  org: {},
  rounds: 3,
  // 300 MB/s.
  bars: [{ of: name, figure: 'time', most: 1000 / 300, above: loadHelpName }],
  prepare: async (stage) => {
    await writeAccounts(stage.file('a.csv'), 6_300_000);
    const { size } = await stat(stage.file('a.csv'));
    console.log(`${(size / 1e6).toFixed(0)} MB`);
    const args = ['bulk2', 'insert', '--file', 'a.csv', '--sobject', 'Account', '--dry-run'];
    return [
      { name: 'structure', command: stage.sf([...args, '--no-preflight']) },
      { name, command: stage.sf(args) },
      loadHelp(stage),
    ];
  },
} satisfies Benchmark;
