import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// A process for each file costs half a second of CPU: only files that change what others would see get one.
const changesItsProcess = /\bvi\.(mock|doMock|stub|useFake|spyOn|resetModules)|process\.(env\.\w+ =|chdir)/;
const files = globSync(['test/**/*.test.ts', 'local-org/**/*.test.ts'], { exclude: ['**/node_modules'] });
const apart = files.filter((path) => changesItsProcess.test(readFileSync(path, 'utf8')));
const together = files.filter((path) => !apart.includes(path));

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
