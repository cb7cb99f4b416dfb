import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/lib/index.js';

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, 'test', 'samples');
const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');

const quoted = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
const programs = readdirSync(samples)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map(
    (name) =>
      [
        name,
        readFileSync(join(samples, name), 'utf8').replace("'../../src/lib/index.js'", "'sf-plugin-bulk2'"),
      ] as const,
  );

test.each(programs)('test/samples/%s is quoted in docs/library.md as it is', (_, program) => {
  expect(quoted).toContain(program);
});

test('docs/library.md quotes nothing else', () => {
  expect(quoted.filter((code) => !programs.some(([, program]) => program === code))).toEqual([]);
});

test('the errors of docs/library.md are exported', () => {
  const names = [...page.matchAll(/^\| `(\w+Error)`/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !(name in library))).toEqual([]);
});

test.each(['README.md', 'src/lib/README.md'])('%s leads to docs/library.md', (name) => {
  expect(readFileSync(join(root, name), 'utf8')).toMatch(/\]\([./]*docs\/library\.md\)/);
});

test.each([...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor))(
  '#%s is there',
  (anchor) => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toContain(anchor);
  },
);
