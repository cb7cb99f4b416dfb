import { expect, onTestFinished, test } from 'vitest';
import { spawnOrg } from '../../../local-org/index.ts';
import { nodeTs } from '../../support/node-ts.ts';
import type { ScaleFigures } from './scale-worker.ts';

/** What V8 and the system's allocator take under load, however few records wait in memory; 219 MB when they all do. */
const mostGrowthMB = 150;

test('300,000 records are deleted with one Bulk query and one load, in constant memory', async () => {
  const count = 300_000;
  const org = await spawnOrg({ ingestMode: 'sink', tables: { Big__c: count } });
  onTestFinished(() => org.stop());
  const { output } = nodeTs(new URL('scale-worker.ts', import.meta.url), org.url, org.accessToken);
  const figures = JSON.parse(await output) as ScaleFigures;
  expect(figures).toMatchObject({
    route: 'bulk',
    total: count,
    successful: count,
    results: count,
    ids: count,
  });
  const { requests } = await org.counters();
  expect(requests).toMatchObject({
    // One counts the records, and one asks for the id of the org.
    'rest.query': 2,
    'query.create': 1,
    'ingest.create': 1,
    'ingest.upload': 1,
  });
  expect(requests['collections.delete']).toBeUndefined();
  expect(figures.growthMB).toBeLessThan(mostGrowthMB);
}, 180_000);
