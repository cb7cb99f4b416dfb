import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BulkV2 } from '../../../src/lib/index.js';

export type ScaleFigures = {
  readonly route: string;
  readonly total: number;
  readonly successful: number;
  readonly results: number;
  readonly ids: number;
  readonly growthMB: number;
};

const [, , instanceUrl = '', accessToken = ''] = process.argv;
const connection = { instanceUrl, accessToken, version: '60.0', request: () => Promise.resolve({}) };
const stateFolder = await mkdtemp(join(tmpdir(), 'bulk2-'));
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

await using bulk = new BulkV2(connection, { stateFolder });
const before = peakBytes();
const outcome = await bulk.destroy('SELECT Id FROM Big__c', { undoPath: join(stateFolder, 'undo.csv') });
const growthMB = Math.round((peakBytes() - before) / 1e6);

let results = 0;
const ids = new Set<string>();
for await (const { id, success } of outcome) {
  results += success ? 1 : 0;
  ids.add(id);
}
const { route, total, successful } = outcome;
const figures: ScaleFigures = { route, total, successful, results, ids: ids.size, growthMB };
console.log(JSON.stringify(figures));
await rm(stateFolder, { recursive: true });
