import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { startLoad } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import { planRetryOf } from '../../../src/lib/load/retry-load.js';
import { startOrg } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const options = { wait: 'end', events: new Events<LoadEvents>() } as const;

test('of two inputs that are called alike, a retry sends the rows of the one in which they failed', async () => {
  await using org = await startOrg();
  const folder = await tempFolder();
  const inputs = [];
  for (const year of ['2024', '2025']) {
    await mkdir(join(folder, year));
    const path = join(folder, year, 'accounts.csv');
    await writeFile(path, `Name,Site\none of ${year},a\ntwo of ${year},b\n`);
    inputs.push({ name: 'accounts.csv', path });
  }
  const lock = { kind: 'lock-rows', column: 'Name', values: ['one of 2025'], tries: 1 } as const;
  await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
  const library = openLibrary(placeOf(org, folder));
  const request = { ...insertRequest('', folder), inputs };
  const { files } = await startLoad(await planLoad(request, library, options.events), options, library);
  expect(parse(await readFile(files?.failed ?? ''), { columns: true })).toEqual([
    expect.objectContaining({ Name: 'one of 2025', source__File: 'accounts.csv (2)', source__Row: '1' }),
  ]);

  const [run] = await library.store.list();
  const retry = await planRetryOf(run!, { describeOf: () => Promise.resolve(undefined) }, library);
  const { successful } = await startLoad(retry!, options, library);
  await library.close();
  expect(successful).toBe(1);
  const names = (await org.records('Account')).map(({ Name }) => String(Name));
  expect(names.sort()).toEqual(['one of 2024', 'one of 2025', 'two of 2024', 'two of 2025']);
});

test('of inputs that an old journal calls by one name, a retry never sends a row of the other one', async () => {
  await using org = await startOrg();
  const folder = await tempFolder();
  const inputs = [];
  for (const year of ['2024', '2025']) {
    await mkdir(join(folder, year));
    const path = join(folder, year, 'accounts.csv');
    await writeFile(path, `Name,Site\none of ${year},a\ntwo of ${year},b\n`);
    inputs.push({ name: 'accounts.csv', path });
  }
  const lock = { kind: 'lock-rows', column: 'Name', values: ['two of 2024'], tries: 1 } as const;
  await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
  const library = openLibrary(placeOf(org, folder));
  const limits = { ...insertRequest('', folder).limits, maxRowsPerJob: 2 };
  const request = { ...insertRequest('', folder), inputs, limits };
  const { runId, plan, warnings } = await planLoad(request, library, options.events);
  const sources = plan.sources.map((source) => ({ ...source, name: 'accounts.csv' }));
  await startLoad({ runId, warnings, plan: { ...plan, sources } }, options, library);

  await writeFile(inputs[0]!.path, 'Name,Site\nsomething else,a\n');
  const [run] = await library.store.list();
  const retry = await planRetryOf(run!, { describeOf: () => Promise.resolve(undefined) }, library);
  await startLoad(retry!, options, library);
  await library.close();
  const names = (await org.records('Account')).map(({ Name }) => String(Name));
  expect(names.sort()).toEqual(['one of 2024', 'one of 2025', 'two of 2024', 'two of 2025']);
});
