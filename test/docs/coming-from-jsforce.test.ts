import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/lib/index.js';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const page = readFileSync(join(docs, 'coming-from-jsforce.md'), 'utf8');

test('docs/library.md leads to docs/coming-from-jsforce.md, and its links lead back', () => {
  const main = readFileSync(join(docs, 'library.md'), 'utf8');
  expect(main).toContain('](coming-from-jsforce.md)');
  const anchors = [...page.matchAll(/\]\(library\.md#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
  for (const anchor of anchors) expect(main).toMatch(new RegExp(`^#+ ${anchor}$`, 'im'));
});

test('the errors and functions that the page names are exported', () => {
  const names = [...page.matchAll(/`(\w+Error|withBulk2)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !(name in library))).toEqual([]);
});

test('the package can be required', () => {
  const { BulkV2 } = createRequire(import.meta.url)('sf-plugin-bulk2') as typeof library;
  expect(BulkV2.name).toBe('BulkV2');
});
