import { readFile } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { writeAccounts } from '../csv-file.ts';
import { loadHelp, loadHelpName, ourLoad } from '../loads.ts';

const minutes = 10;
const name = 'sf bulk2 insert';

export default {
  title: 'A job that takes the org 10 minutes: how late its end is seen',
  // The org waits once before the job and once before its only batch.
  org: { ingestMode: 'sink', batchDelayMs: (minutes / 2) * 60_000 },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: [
    { of: name, figure: 'time', above: loadHelpName, most: minutes * 60 * 1.05 },
    { of: name, figure: 'requests', most: 40 },
  ],
  prepare: async (stage) => {
    await writeAccounts(stage.file('small.csv'), 1000);
    const requests = async (): Promise<number> => {
      const answer = JSON.parse(await readFile(stage.file('ours.json'), 'utf8')) as {
        result: { apiRequests: number };
      };
      return answer.result.apiRequests;
    };
    return [{ ...ourLoad(stage, 'insert', 'small.csv', 1000), requests }, loadHelp(stage)];
  },
} satisfies Benchmark;
