import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../src/lib/files/temp-folder.js';
import { nodeTs } from '../../support/node-ts.ts';

test('is its owner’s alone, and gone with its files when it is removed', async () => {
  const folder = await TempFolder.make();
  const path = folder.pathOf('page');
  await writeFile(path, 'x');
  expect(statSync(dirname(path)).mode & 0o77).toBe(0);
  await folder.remove();
  expect(existsSync(dirname(path))).toBe(false);
});

test('a process that ends takes its folders along', async () => {
  const path = (await nodeTs(new URL('temp-folder-worker.ts', import.meta.url)).output).trim();
  expect(path).toContain('bulk2-');
  expect(existsSync(dirname(path))).toBe(false);
});
