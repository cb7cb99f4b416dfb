import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireEarlierPage } from '../../../src/cli/report/earlier-page.js';
import { renderPage, writePage } from '../../../src/cli/report/render/page.js';
import { UsageError } from '../../../src/lib/errors.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { samplePage } from './page-sample.ts';

test('a page takes the place of an earlier page, of an empty file, and of nothing', async () => {
  const path = join(await tempFolder(), 'a.html');
  await requireEarlierPage(path);
  for (const text of ['', renderPage(samplePage()), '\uFEFF<!DOCTYPE HTML>\n<html>']) {
    await writeFile(path, text);
    await requireEarlierPage(path);
  }
});

test('it takes the place of no other file, which may have come since the work began', async () => {
  const path = join(await tempFolder(), 'failed-records.csv');
  await writeFile(path, 'sf__Id,sf__Error\n');
  const error = await failureOf(writePage(path, samplePage()));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain(`${path} already exists, and isn't a report.`);
  expect(await readFile(path, 'utf8')).toBe('sf__Id,sf__Error\n');
});
