import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportPlace, reportPlaceFor } from '../../../src/cli/report/report-place.js';
import { UsageError } from '../../../src/lib/errors.js';
import type { RunView } from '../../../src/lib/run/store.js';
import { failureOf } from '../../support/failure-of.ts';
import { needing } from '../../support/systems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('a report goes into a folder that is there, or into the one that the results make', async () => {
  const folder = await tempFolder();
  expect(await reportPlace(join(folder, 'a.html'))).toBe(join(folder, 'a.html'));
  const resultsDir = join(folder, 'results');
  expect(await reportPlace(join(resultsDir, 'a.html'), { resultsDir })).toBe(join(resultsDir, 'a.html'));
});

test('a folder above that of the results is made with it; one below or beside it is not', async () => {
  const folder = await tempFolder();
  const resultsDir = join(folder, 'new', 'results');
  const report = join(folder, 'new', 'a.html');
  expect(await reportPlace(report, { resultsDir })).toBe(report);
  for (const other of ['new/results/more', 'new/res', 'other']) {
    const failure = await failureOf(reportPlace(join(folder, other, 'a.html'), { resultsDir }));
    expect(failure).toBeInstanceOf(UsageError);
  }
});

test('a resumed load that puts its results into another folder may report there', async () => {
  const folder = await tempFolder();
  const plan = { sources: [], resultsDir: join(folder, 'old') };
  const run = { runId: '', path: '', records: [{ type: 'load', plan }] } as unknown as RunView;
  const [old, other] = [join(folder, 'old', 'a.html'), join(folder, 'other', 'a.html')];
  expect(await reportPlaceFor(old, run)).toBe(old);
  expect(await reportPlaceFor(other, run, { resultsDir: join(folder, 'other') })).toBe(other);
});

test.each([
  ['an input of the load', 'a.csv', 'is an input of the load'],
  ['a folder', 'folder', 'is a folder'],
  ['a folder that is not there', 'no/a.html', 'There is no folder'],
])('it is refused in the place of %s', async (_, name, told) => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'folder'));
  const a = join(folder, 'a.csv');
  const kept = [{ path: a, name: a, is: 'is an input of the load' }];
  const error = await failureOf(reportPlace(join(folder, name), { kept }));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain(told);
});

needing('symlinks')('it is refused in the place of a link that comes back to itself', async () => {
  const folder = await tempFolder();
  await symlink('b.html', join(folder, 'a.html'));
  await symlink('a.html', join(folder, 'b.html'));
  await expect(reportPlace(join(folder, 'a.html'))).rejects.toBeInstanceOf(UsageError);
});
