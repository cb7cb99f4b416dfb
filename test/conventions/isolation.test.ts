import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Mocked modules, timers and globals, the environment and V8's flags: files in the same process would meet them. */
const changesItsProcess =
  /\bvi\.(mock|doMock|stub|useFake|spyOn|resetModules)|\bprocess\.(env\.\w+ = |env\[[^\]]+\] = |chdir\()|Object\.assign\(process\.env|delete process\.env|\bsetFlagsFromString\(/;
const importsOneThatDoes = /from '[^']+\.isolated\.ts'/;

const files = globSync('{test,local-org}/**/*.ts', { cwd: root, exclude: ['**/node_modules'] }).filter(
  (path) => !path.endsWith('isolation.test.ts'),
);

test('a file that changes its process is named so, and gets a process of its own', () => {
  const unnamed = files.filter((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const needsOne = changesItsProcess.test(text) || importsOneThatDoes.test(text);
    return needsOne && !/\.isolated(\.test)?\.ts$/.test(path);
  });
  expect(unnamed, 'Name them *.isolated.test.ts, and what only they import *.isolated.ts.').toEqual([]);
});
