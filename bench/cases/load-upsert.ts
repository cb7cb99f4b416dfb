import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { ourLoad, stockLoad } from '../loads.ts';
import { tookRows } from '../whole.ts';

const rows = 600_000;

export default {
  title: '600,000 records, 95 MB, upserted, with the result of every row',
  org: { ingestMode: 'sink' },
  rounds: 2,
  isLong: true,
  bars: [
    { of: 'sf bulk2 upsert', to: 'sf data upsert bulk', figure: 'time', most: 1 / 15 },
    { of: 'sf bulk2 upsert', to: 'jsforce', figure: 'time', most: 1 / 4 },
  ],
  prepare: async (stage) => {
    await writeAccounts(stage.file('large.csv'), rows);
    const script = join(import.meta.dirname, '..', 'peers', 'jsforce-upsert.mjs');
    const { url, accessToken } = stage.org;
    return [
      ourLoad(stage, 'upsert', 'large.csv', rows),
      {
        name: 'jsforce',
        command: stage.program(process.execPath, [script, url, accessToken, 'large.csv'], stage.sf([]).env),
        check: tookRows(stage.org, rows),
        isPeer: true,
        isOnce: true,
      },
      { ...stockLoad(stage, 'upsert', 'large.csv', rows), isOnce: true },
    ];
  },
} satisfies Benchmark;
