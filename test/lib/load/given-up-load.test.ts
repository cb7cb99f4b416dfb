import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import { runCompressed } from '../../../src/lib/load/compressed.js';
import type { LoadEvents } from '../../../src/lib/load/events.js';
import { resumeLoad } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import { startOrg } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('a run whose rows went uncompressed into another one sends nothing when it is resumed', async () => {
  await using org = await startOrg({ quirks: { gzipUploads: false } });
  const folder = await tempFolder();
  const path = join(folder, 'a.csv');
  await writeFile(path, 'Name\nAda\nBob\n');
  const library = openLibrary(placeOf(org, folder));
  const options = { wait: 'end', events: new Events<LoadEvents>() } as const;
  const request = { ...insertRequest(path, folder), compress: true };
  const planned = await planLoad(request, library, options.events);
  expect((await runCompressed(planned, options, library)).successful).toBe(2);

  const runs = await library.store.list();
  expect(runs).toHaveLength(2);
  for (const run of runs) await resumeLoad(run, options, library);
  await library.close();
  expect(await org.records('Account')).toHaveLength(2);
});
