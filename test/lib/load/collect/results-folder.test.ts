import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError, type Bulk2Error } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { ResultFilesTakenError } from '../../../../src/lib/load/collect/name-file.js';
import { ResultFilesError } from '../../../../src/lib/load/collect/results-folder.js';
import { resumeLoad, startLoad, type LoadOptions } from '../../../../src/lib/load/load.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { startOrg, type Org } from '../../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { mortalStore } from '../../../support/mortal-store.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const events = new Events<LoadEvents>();

async function bench() {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  await writeFile(path, `Name,AccountNumber\nAda,1\nBob,${'x'.repeat(300)}\n`);
  const results = join(folder, 'results');
  const begin = async (context = library, more: Partial<LoadRequest> = {}) =>
    startLoad(
      await planLoad({ ...insertRequest(path, results), ...more }, context, events),
      { events },
      context,
    );
  /** Ends after so many records, as if the process had. */
  const beginUntil = (records: number) =>
    failureOf(begin({ ...library, store: mortalStore(library.store, records) }));
  const resume = async (more: Partial<LoadOptions> = {}) =>
    resumeLoad((await library.store.list())[0]!, { events, ...more }, library);
  return { org, folder, library, results, begin, beginUntil, resume };
}

async function requestsTo(org: Org): Promise<number> {
  const { requests } = await org.counters();
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

const accounted = { successful: 1, failed: 1, unprocessed: 0 };
/** The records of a load of one job: its plan, eight of the job, the collection, and the end. */
const records = { closed: 7, collected: 9, complete: 10 };

test('a folder that is a file is refused by its name, before anything is asked of the org', async () => {
  const { org, results, begin } = await bench();
  await writeFile(results, 'in the way');
  const refusal = await failureOf<UsageError>(begin());
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal.message).toContain(results);
  expect(refusal.message).not.toContain('EEXIST');
  expect(await requestsTo(org)).toBe(0);
  expect(await readFile(results, 'utf8')).toBe('in the way');
});

test('a folder that is not there is made, and the file that tries it is gone', async () => {
  const { results, begin } = await bench();
  const { files } = await begin();
  expect((await readdir(results)).sort()).toEqual(
    [basename(files?.failed ?? ''), basename(files?.success ?? '')].sort(),
  );
});

test.each(['closed', 'collected', 'complete'] as const)(
  'a load that stopped when it was %s is resumed into another folder, and leaves nothing in the first',
  async (moment) => {
    const { folder, results, beginUntil, resume } = await bench();
    await beginUntil(records[moment]);
    const elsewhere = join(folder, 'elsewhere');
    const status = await resume({ resultsDir: elsewhere });
    expect(status).toMatchObject(accounted);
    expect(status.plan.resultsDir).toBe(elsewhere);
    expect(await readdir(elsewhere)).toHaveLength(2);
    expect(await readdir(results)).toEqual([]);
  },
);

test('a folder that a file has taken the place of is named, and so is the way to another one', async () => {
  const { org, folder, results, beginUntil, resume } = await bench();
  await beginUntil(records.collected);
  await rm(results, { recursive: true });
  await writeFile(results, 'in the way');
  const before = await requestsTo(org);
  const refusal = await failureOf<UsageError>(resume());
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal.message).toContain(results);
  const [job] = await org.jobs();
  expect(refusal.actions.join()).toContain(`sf bulk2 job resume --id ${job?.id} --results-dir`);
  expect(await requestsTo(org)).toBe(before);
  expect(await resume({ resultsDir: join(folder, 'elsewhere') })).toMatchObject(accounted);
});

test('a load of a copy has its results where the others are: another folder is not offered', async () => {
  const { org, library, results, begin } = await bench();
  const hold = await org.faults.add({ endpoint: 'ingest.results', action: { kind: 'hold', when: 'before' } });
  const loading = failureOf<ResultFilesError>(begin(library, { ofCopy: 'copy' }));
  await hold.hit();
  await rm(results, { recursive: true });
  await writeFile(results, 'in the way');
  await hold.remove();
  expect((await loading).actions).toEqual(['Make room there, or make it writable. Then resume the copy.']);
});

test('a folder that a file takes the place of while the load runs is told in words', async () => {
  const { org, results, begin, resume } = await bench();
  const hold = await org.faults.add({ endpoint: 'ingest.results', action: { kind: 'hold', when: 'before' } });
  const loading = failureOf<ResultFilesError>(begin());
  await hold.hit();
  await rm(results, { recursive: true });
  await writeFile(results, 'in the way');
  await hold.remove();
  const failure = await loading;
  expect(failure).toBeInstanceOf(ResultFilesError);
  expect(failure.message).toContain(results);
  expect(failure.message).not.toMatch(/ENOTDIR|EEXIST/);
  await rm(results);
  expect(await resume()).toMatchObject(accounted);
});

test('a file that is there already is not written over, whenever it came', async () => {
  const { org, folder, results, beginUntil, resume } = await bench();
  for (const moment of ['closed', 'complete'] as const) {
    await beginUntil(records[moment]);
    const job = (await org.jobs()).at(-1);
    const name = join(results, `${job?.id}-failed-records.csv`);
    await mkdir(results, { recursive: true });
    await writeFile(name, 'edited by a person');
    const refusal = await failureOf<Bulk2Error>(resume());
    expect(refusal, moment).toBeInstanceOf(ResultFilesTakenError);
    expect(refusal.message).toContain(name);
    expect(refusal.actions.join()).toContain('--results-dir');
    expect(await readFile(name, 'utf8')).toBe('edited by a person');
    const status = await resume({ resultsDir: join(folder, moment) });
    expect(status).toMatchObject(accounted);
    expect(await readFile(name, 'utf8')).toBe('edited by a person');
  }
});
