import { createHash } from 'node:crypto';
import { appendFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellText } from '../../../../src/lib/csv/cells.js';
import { sourceRowsOf } from '../../../../src/lib/load/collect/source-rows.js';
import type { LoadPlan, Part, Segment } from '../../../../src/lib/run/record.js';
import { temporaryFolder } from './support.ts';

async function planOf(
  contents: Readonly<Record<string, string>>,
): Promise<{ plan: LoadPlan; paths: string[] }> {
  const folder = await temporaryFolder();
  const paths: string[] = [];
  const sources = [];
  for (const [name, content] of Object.entries(contents)) {
    const path = join(folder, name);
    await writeFile(path, content);
    const { size: bytes, mtimeMs } = await stat(path);
    sources.push({ path, name, bytes, mtimeMs, spooled: false });
    paths.push(path);
  }
  const plan: LoadPlan = {
    operation: 'insert',
    object: 'Account',
    columnDelimiter: 'SEMICOLON',
    lineEnding: 'LF',
    header: 'Name;Phone',
    columns: ['Name', 'Phone'],
    sources,
    parts: [],
    rows: 0,
    concurrency: 1,
    resultsDir: folder,
  };
  return { plan, paths };
}

function partOf(...segments: ReadonlyArray<Pick<Segment, 'source' | 'start' | 'end' | 'firstRow'>>): Part {
  const whole = segments.map((segment) => ({ ...segment, rows: 0, sha256: '', endsWithNewline: true }));
  return { index: 0, segments: whole, rows: 0, bytes: 0 };
}

async function visited(plan: LoadPlan, part: Part): Promise<string[]> {
  const rows: string[] = [];
  await sourceRowsOf(plan, part).scan((record, file, row) => {
    rows.push(`${file}:${row} ${cellText(record, 0)}/${cellText(record, 1)}`);
  });
  return rows;
}

const contents = { 'a.csv': 'Name;Phone\nAcme;1\n"Bo\nlt";2\nCrux;3\n', 'b.csv': 'Name;Phone\nDune;4\n' };

it('visits the rows of a part where they stand in their files', async () => {
  const { plan } = await planOf(contents);
  const part = partOf(
    { source: 0, start: 18, end: 36, firstRow: 2 },
    { source: 1, start: 11, end: 18, firstRow: 1 },
  );
  expect(await visited(plan, part)).toEqual(['a.csv:2 Bo\nlt/2', 'a.csv:3 Crux/3', 'b.csv:1 Dune/4']);
});

it('names the columns in the order of the cells', async () => {
  const { plan } = await planOf(contents);
  expect(sourceRowsOf(plan, partOf()).columns).toEqual(['Name', 'Phone']);
});

it('visits nothing when a file has changed since', async () => {
  const { plan, paths } = await planOf(contents);
  await appendFile(paths[1]!, 'New;5\n');
  const part = partOf(
    { source: 0, start: 11, end: 18, firstRow: 1 },
    { source: 1, start: 11, end: 18, firstRow: 1 },
  );
  expect(await visited(plan, part)).toEqual([]);
});

it.each([
  ['all of it when a file was only touched', 'Acme;1\n', ['a.csv:1 Acme/1']],
  ['nothing when a file of the same size has another row', 'Acme;9\n', []],
])('visits %s', async (_, planned, expected) => {
  const { plan, paths } = await planOf(contents);
  await utimes(paths[0]!, 1, 1);
  const { segments, ...part } = partOf({ source: 0, start: 11, end: 18, firstRow: 1 });
  const sha256 = createHash('sha256').update(planned).digest('hex');
  expect(await visited(plan, { ...part, segments: segments.map((each) => ({ ...each, sha256 })) })).toEqual(
    expected,
  );
});
