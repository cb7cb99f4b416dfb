import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { resumeLoad } from '../../../src/lib/load/load.js';
import { encodeLine } from '../../../src/lib/run/line.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { closedRows } from '../../faults/load-problems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** What a load of version 1 has left: two jobs of three rows each, one of which fails. */
const fixture = join(import.meta.dirname, '../../fixtures/journal-v1');

/** The org, the journal and the files as they were when the load had written so many records. */
async function interruptedAfter(records: number) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const input = join(folder, 'a.csv');
  await copyFile(join(fixture, 'a.csv'), input);
  const journal = await readJournal(org, folder, (await stat(input)).mtimeMs);
  const ids = new Map<string, string>();
  for (const record of journal.slice(0, records))
    await act(org, record, { ids, csv: await readFile(input, 'utf8') });
  await mkdir(join(folder, 'state/runs'), { recursive: true });
  const lines = journal.slice(0, records).map((record) => encodeLine(withIds(record, ids)));
  await writeFile(join(folder, 'state/runs/20261128T230202753Z-aaaaaa.journal'), lines.join(''));
  return { org, folder, library, firstId: [...ids.values()][0] ?? '' };
}

/** The org of this test gives ids of its own. */
function withIds(record: JournalRecord, ids: ReadonlyMap<string, string>): JournalRecord {
  let text = JSON.stringify(record);
  for (const [old, id] of ids) text = text.replaceAll(old, id);
  return JSON.parse(text) as JournalRecord;
}

async function readJournal({ url, orgId }: Org, folder: string, mtimeMs: number): Promise<JournalRecord[]> {
  const text = await readFile(join(fixture, 'journal.ndjson'), 'utf8');
  const records = text
    .replaceAll('{folder}', folder)
    .replaceAll('{url}', url)
    .replaceAll('{orgId}', orgId)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalRecord);
  const [first] = records;
  if (first?.type !== 'load') throw new Error('This is no load.');
  const sources = first.plan.sources.map((source) => ({ ...source, mtimeMs }));
  return [{ ...first, plan: { ...first.plan, sources } }, ...records.slice(1)];
}

type Acting = { readonly ids: Map<string, string>; readonly csv: string };

/** Has the org do what the record says that it has done, and learns the ids of its jobs. */
async function act(org: Org, record: JournalRecord, { ids, csv }: Acting): Promise<void> {
  const [header, ...rows] = csv.trim().split('\n');
  const ask = (path: string, method: string, body: string, type = 'application/json') =>
    fetch(`${org.url}/services/data/v67.0/jobs/ingest${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${org.accessToken}`, 'content-type': type },
    });
  if (record.type === 'created') {
    const answer = await ask('', 'POST', '{"object":"Account","operation":"insert"}');
    ids.set(record.jobId, ((await answer.json()) as { id: string }).id);
  }
  if (record.type === 'uploaded') {
    const part = [header, ...rows.slice(record.part * 3, record.part * 3 + 3), ''].join('\n');
    await ask(`/${ids.get(record.jobId)}/batches`, 'PUT', part, 'text/csv');
  }
  if (record.type === 'closed') await ask(`/${ids.get(record.jobId)}`, 'PATCH', '{"state":"UploadComplete"}');
  if (record.type === 'ended') {
    const id = ids.get(record.jobId);
    const stateOf = async () => (await org.jobs()).find((job) => job.id === id)?.state;
    await expect.poll(stateOf, { timeout: 30_000 }).toBe('JobComplete');
  }
}

async function expectWhole({ org, folder, library }: Awaited<ReturnType<typeof interruptedAfter>>) {
  const [run] = await library.store.list();
  const options = { wait: 'end', events: new Events<LoadEvents>() } as const;
  const { files, ...status } = await resumeLoad(run!, options, library);
  expect(status).toMatchObject({ successful: 4, failed: 2, unprocessed: 0 });
  expect((await closedRows(org)).sort()).toEqual(['row 0', 'row 1', 'row 2', 'row 3', 'row 4', 'row 5']);
  const rows = async (path: string | null | undefined) =>
    parse<Record<string, string>>(await readFile(path ?? ''), { columns: true });
  expect((await rows(files?.success)).map((row) => row.Name).sort()).toEqual([
    'row 0',
    'row 2',
    'row 3',
    'row 5',
  ]);
  const failed = (await rows(files?.failed)).map((row) => `${row.source__Row} ${row.Name}`);
  expect(failed.sort()).toEqual(['2 row 1', '5 row 4']);
  const left = (await readdir(folder)).filter((name) => name.startsWith('750'));
  expect(left).toHaveLength(2);
}

test.each([1, 3, 5, 6, 8, 13, 15])(
  'a load whose journal of version 1 has %i records is resumed, each row in one closed job',
  async (records) => {
    await expectWhole(await interruptedAfter(records));
  },
);

test.each([
  ['one job was collected', 16, '.part', '.part'],
  ['both jobs were collected', 17, '.part', '.part'],
  ['one file had got its name', 17, '', '.part'],
])('a load of version 1 goes on with its result files where %s', async (_, records, success, failed) => {
  const load = await interruptedAfter(records);
  const name = (set: string): string => join(load.folder, `${load.firstId}-${set}-records.csv`);
  await copyFile(join(fixture, 'success-records.partial.csv'), `${name('success')}${success}`);
  await copyFile(join(fixture, 'failed-records.partial.csv'), `${name('failed')}${failed}`);
  await writeFile(`${name('unprocessed')}.part`, '');
  const before = (await load.org.counters()).requests;
  await expectWhole(load);
  const after = (await load.org.counters()).requests;
  const asked = (after['ingest.results.successful'] ?? 0) - (before['ingest.results.successful'] ?? 0);
  expect(asked).toBe(17 - records);
});
