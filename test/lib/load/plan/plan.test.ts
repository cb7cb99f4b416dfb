import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { failureOf } from '../../../support/failure-of.ts';
import { planOf, uploadsOf } from './support.ts';
import { examples } from '../../../support/sampled.ts';

const limits = { maxJobBytes: 100_000_000, maxRowsPerJob: 3, concurrency: 4 };

test('a file is cut into jobs of so many rows, each with the header, in the order of the file', async () => {
  const { plan } = await planOf({ 'a.csv': 'Name,Site\na,1\nb,2\nc,3\nd,4\n' }, { limits });
  expect(plan).toMatchObject({ rows: 4, header: 'Name,Site', columns: ['Name', 'Site'] });
  expect(plan.parts.map(({ index, rows }) => [index, rows])).toEqual([
    [0, 3],
    [1, 1],
  ]);
  expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\nb,2\nc,3\n', 'Name,Site\nd,4\n']);
});

test('small files share a job, and each row is known by the place that it has in its file', async () => {
  const { plan } = await planOf(
    { 'a.csv': 'Name\na\nb\n', 'b.csv': 'Name\nc\n', 'c.csv': 'Name\nd\n' },
    { limits },
  );
  expect(await uploadsOf(plan)).toEqual(['Name\na\nb\nc\n', 'Name\nd\n']);
  const segments = plan.parts.flatMap((part) => part.segments);
  expect(segments.map(({ source, firstRow, rows }) => [source, firstRow, rows])).toEqual([
    [0, 1, 2],
    [1, 1, 1],
    [2, 1, 1],
  ]);
});

test('however rows lie in files, they are in the jobs once each, in their order, and no job has too many', async () => {
  const files = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 7 }), async (rowsOf, maxRowsPerJob) => {
      const contents = rowsOf.map((rows, file): [string, string] => {
        const lines = Array.from({ length: rows }, (_, row) => `"${file}-${row},\n"`);
        return [`${file}.csv`, ['Name', ...lines, ''].join('\n')];
      });
      const { plan } = await planOf(Object.fromEntries(contents), { limits: { ...limits, maxRowsPerJob } });
      const uploads = await uploadsOf(plan);
      const sent = uploads.flatMap((text) => text.match(/\d-\d/g) ?? []);
      const given = rowsOf.flatMap((rows, file) =>
        Array.from({ length: rows }, (_, row) => `${file}-${row}`),
      );
      expect(sent).toEqual(given);
      expect(plan.rows).toBe(given.length);
      expect(plan.parts.every(({ rows }) => rows >= 1 && rows <= maxRowsPerJob)).toBe(true);
    }),
    examples(15),
  );
});

test('a plan says how the load goes on: its retries, its compression, how long it is waited for', async () => {
  const { plan } = await planOf(
    { 'a.csv': 'Name\na\n' },
    { retries: 3, compress: true, wait: { timeoutMs: 5_000 } },
  );
  expect(plan).toMatchObject({ retries: 3, compress: true, wait: { timeoutMs: 5_000 } });
  const { plan: plain } = await planOf({ 'a.csv': 'Name\na\n' });
  expect(plain).not.toHaveProperty('retries');
  expect(plain).not.toHaveProperty('compress');
});

test('inputs of the same name get names of their own, also where one of these is taken', async () => {
  const { plan, folder } = await planOf({ 'a.csv': 'Name\na\n' });
  const path = join(folder, 'a.csv');
  const inputs = ['a.csv', 'a.csv (2)', 'a.csv', 'a.csv'].map((name) => ({ name, path }));
  const again = await planOf({}, { inputs });
  expect(plan.sources.map(({ name }) => name)).toEqual(['a.csv']);
  expect(again.plan.sources.map(({ name }) => name)).toEqual([
    'a.csv',
    'a.csv (2)',
    'a.csv (3)',
    'a.csv (4)',
  ]);
});

test('files with other columns are refused together, by their names', async () => {
  const contents = {
    'a.csv': 'Name\na\n',
    'b.csv': 'Site\nb\n',
    'c.csv': 'name\nc\n',
    'd.csv': 'Phone\nd\n',
  };
  const refusal = await failureOf<InputError>(planOf(contents));
  expect(refusal).toBeInstanceOf(InputError);
  expect(refusal.problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    'OTHER_COLUMNS b.csv',
    'OTHER_COLUMNS d.csv',
  ]);
});

test('files with the same columns in other orders are sent in the order of the first', async () => {
  const { plan } = await planOf({
    'a.csv': 'Name,Site,Phone\na,1,x\n',
    'b.csv': 'phone;name;site\n"y;z";b;2\n',
    'c.json': '[{"Site":3,"Phone":"w","Name":"c"}]',
    'd.csv': 'Name,Site,Phone\nd,4,v\n',
  });
  expect((await uploadsOf(plan)).join('')).toBe('Name,Site,Phone\na,1,x\nb,2,"y;z"\nc,3,w\nd,4,v\n');
  expect(plan.sources.map(({ spooled }) => spooled)).toEqual([false, true, true, false]);
});

test('what columns a file has more or fewer is told', async () => {
  const refusal = await failureOf<InputError>(
    planOf({ 'a.csv': 'Name,Site\na,1\n', 'b.csv': 'Name,Phone\nb,2\n' }),
  );
  expect(refusal.problems[0]?.message).toMatch(/Site of a.csv is not in it; Phone is not in a.csv/);
});

test('a file that is given twice is loaded twice, with a warning', async () => {
  const { plan, folder } = await planOf({ 'a.csv': 'Name\na\n' });
  await symlink(join(folder, 'a.csv'), join(folder, 'link.csv'));
  const inputs = ['a.csv', 'link.csv'].map((name) => ({ name, path: join(folder, name) }));
  const again = await planOf({}, { inputs });
  expect(plan.warnings).toBeUndefined();
  expect(again.plan.rows).toBe(2);
  expect(again.plan.warnings).toEqual([expect.stringContaining('link.csv is given more than once')]);
});

test('a file of a header alone has no jobs', async () => {
  const { plan } = await planOf({ 'a.csv': 'Name\n' });
  expect(plan).toMatchObject({ rows: 0, parts: [] });
});

test('an input that is refused leaves nothing in the state folder', async () => {
  const refused = planOf({ 'a.csv': Buffer.from('\uFEFFName;Site\n"a;1\n', 'utf16le') });
  expect(await failureOf(refused)).toBeInstanceOf(InputError);
  const { store } = await planOf({ 'a.csv': 'Name\na\n' });
  const left = await readdir(join(store.folder, 'runs'));
  expect(left.filter((name) => !name.endsWith('.beginning'))).toEqual([]);
});
