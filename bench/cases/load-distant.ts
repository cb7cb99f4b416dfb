import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';

export default {
  title: '600,000 records, 95 MB, inserted into an org 80 ms away, 5 MB/s per connection',
  org: { ingestMode: 'sink', latencyMs: 80, bandwidthBytesPerSecond: 5_000_000 },
  rounds: 2,
  isLong: true,
  prepare: async (stage) => {
    await writeAccounts(stage.file('large.csv'), 600_000);
    const input = ['--file', 'large.csv', '--sobject', 'Account'];
    return [
      { name: 'sf bulk2 insert', command: stage.sf(['bulk2', 'insert', ...input, '--results-dir', '.']) },
      {
        name: 'sf data import bulk',
        command: stage.sf(['data', 'import', 'bulk', ...input, '--wait', '10']),
      },
    ];
  },
} satisfies Benchmark;
