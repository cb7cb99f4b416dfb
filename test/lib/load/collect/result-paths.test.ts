import { mkdir, open, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { resumeLoad, startLoad } from '../../../../src/lib/load/load.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import { startOrg } from '../../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../../faults/library.ts';
import { insertRequest } from '../../../support/insert-request.ts';
import { dead, writeOwner } from '../../../support/lock-owner.ts';
import { mortalStore, ProcessEnded } from '../../../support/mortal-store.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { needing } from '../../../support/systems.ts';

const names = Array.from({ length: 30 }, (_, row) => `row ${row}`);
const options = { wait: 'end', events: new Events<LoadEvents>() } as const;

/** A load in three jobs whose process ends behind the nth of its records of this type. */
async function stoppedAt(type: 'collected' | 'complete', nth = 1) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  await writeFile(path, `Name\n${names.join('\n')}\n`);
  const results = join(folder, 'results');
  const limits = { maxJobBytes: 1_000_000, maxRowsPerJob: 10, concurrency: 1 };
  const request = { ...insertRequest(path, results), limits };
  const planned = await planLoad(request, library, options.events);
  // Plan, six records of each job and its end, and what was collected of each.
  const appends = 1 + 3 * 7 + (type === 'complete' ? 4 : nth);
  const mortal = { ...library, store: mortalStore(library.store, appends) };
  await expect(startLoad(planned, options, mortal)).rejects.toThrow(ProcessEnded);
  const [run] = await library.store.list();
  expect(run!.records.at(-1)?.type).toBe(type);
  return {
    library,
    folder,
    results,
    partials: async () => {
      const paths = (await readdir(results)).map((name) => join(results, name));
      return paths.sort((a, b) => Number(b.includes('-success-')) - Number(a.includes('-success-')));
    },
    resume: async () => resumeLoad((await library.store.list())[0]!, options, library),
    lock: `${run!.path}.lock`,
  };
}

async function namesIn(path: string | null | undefined): Promise<string[]> {
  const rows = parse<{ Name: string }>(await readFile(path ?? ''), { columns: true });
  return rows.map(({ Name }) => Name).sort();
}

test('what an owner writes that has lost its load reaches no result file of the next owner', async () => {
  const { partials, resume, lock } = await stoppedAt('collected', 2);
  const [partial] = await partials();
  await using before = await open(partial!, 'r+');
  await writeOwner(lock, dead);
  const { files } = await resume();
  await before.write('written too late,', 40);
  expect(await namesIn(files?.success)).toEqual([...names].sort());
});

test('a load that was stopped properly goes on in the files that it has', async () => {
  const { partials, resume } = await stoppedAt('collected', 2);
  const [partial] = await partials();
  const { ino } = await stat(partial!);
  const { files } = await resume();
  expect((await stat(files!.success!)).ino).toBe(ino);
});

test('what killed owners of a load have left in its folder goes with its success, and nothing else does', async () => {
  const { partials, resume, results } = await stoppedAt('collected', 1);
  const [partial = ''] = await partials();
  await writeFile(partial.replace(/\.part$/, 'x.part'), 'of an owner that has written nothing else');
  await writeFile(`${partial}.750000000000001AAA-failed`, 'a result set that was on its way');
  await writeFile(join(results, '750-success-records.csv.part'), 'of somebody else');
  const { files } = await resume();
  expect((await readdir(results)).map((name) => join(results, name)).sort()).toEqual(
    [files!.success!, join(results, '750-success-records.csv.part')].sort(),
  );
});

needing('symlinks')(
  'a link in the place of a partial file is not followed, and the rows are collected again',
  async () => {
    const { partials, resume, folder } = await stoppedAt('collected', 2);
    const [partial = ''] = await partials();
    const other = join(folder, 'somebody-elses.txt');
    await writeFile(other, 'x'.repeat(10_000));
    await rm(partial);
    await symlink(other, partial);
    const { files } = await resume();
    expect(await readFile(other, 'utf8')).toBe('x'.repeat(10_000));
    expect(await namesIn(files?.success)).toEqual([...names].sort());
  },
);

test('complete results whose files are gone before they got their names are collected again', async () => {
  const { partials, resume, results } = await stoppedAt('complete');
  for (const path of await partials()) await rm(path);
  const { files, successful } = await resume();
  expect(successful).toBe(30);
  expect(await namesIn(files?.success)).toEqual([...names].sort());
  expect(await readdir(results)).toHaveLength(1);
});

needing('modes')('result files get the mode that the umask says', async () => {
  const { resume, results } = await stoppedAt('complete');
  await mkdir(join(results, 'plain'));
  await writeFile(join(results, 'plain', 'file'), '');
  const { files } = await resume();
  expect((await stat(files!.success!)).mode).toBe((await stat(join(results, 'plain', 'file'))).mode);
});
