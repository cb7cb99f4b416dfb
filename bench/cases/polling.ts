import { readFile } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { ourLoad } from '../loads.ts';

const minutes = 10;
const name = 'sf bulk2 insert';

export default {
  title: 'A job that takes the org 10 minutes: how late its end is seen',
  org: { ingestMode: 'sink', batchDelayMs: minutes * 60_000 },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [{ of: name, figure: 'time', most: minutes * 60 * 1.05 }],
  prepare: async (stage) => {
    await writeAccounts(stage.file('small.csv'), 1000);
    const load = ourLoad(stage, 'insert', 'small.csv', 1000);
    const check = async (): Promise<string | undefined> => {
      const answer = JSON.parse(await readFile(stage.file('ours.json'), 'utf8')) as {
        result: { apiRequests: number };
      };
      console.log(`${answer.result.apiRequests} requests`);
      return answer.result.apiRequests <= 40
        ? load.check?.()
        : `${answer.result.apiRequests} requests, at most 40`;
    };
    return [{ ...load, check }];
  },
} satisfies Benchmark;
