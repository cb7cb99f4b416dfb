import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageText } from '../support/docs-page.ts';

const root = join(import.meta.dirname, '..', '..');
const page = pageText('docs/files.md');

test('the page on files leads to the schema of every result', () => {
  const schemas = globSync('schemas/*.json', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  expect(schemas.length).toBeGreaterThan(10);
  expect(schemas.filter((path) => !page.includes(`(../${path})`))).toEqual([]);
});

test('the page on files has every environment variable that the code reads', () => {
  const text = globSync('src/**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const names = text.flatMap((source) =>
    [...source.matchAll(/\benv\.([A-Z][A-Z_]+)\b/g)].map(([, name = '']) => name),
  );
  // Which terminal of Windows it is.
  const told = ['WT_SESSION', 'TERM_PROGRAM'];
  expect(names).toContain('CI');
  expect([...new Set(names)].filter((name) => !told.includes(name) && !page.includes(`\`${name}`))).toEqual(
    [],
  );
});
