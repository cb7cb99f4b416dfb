import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What the oldest Node that package.json promises can parse. */
const ecmaVersion = 2025;

test('the built commands and library have no syntax that the oldest promised Node does not know', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  expect(engines.node, 'another Node: look up what it can parse').toBe('>=22.19.0');
  const files = globSync('{bin,lib}/**/*.js', { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  const refused = files.flatMap((path) => {
    try {
      parse(readFileSync(join(root, path), 'utf8'), { ecmaVersion, sourceType: 'module' });
      return [];
    } catch (error) {
      return [`${path}: ${String(error)}`];
    }
  });
  expect(refused).toEqual([]);
});
