import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { compiled } from './test/host/sf.ts';
import { tempInMemory } from './test/support/in-memory.ts';

const tests = ['test/**/*.test.ts', 'local-org/**/*.test.ts'];
const isolated = '**/*.isolated.test.ts';
const exclude = ['**/node_modules/**'];

// For the workers, and for the processes that tests start: most of them load the same modules.
Object.assign(process.env, compiled, tempInMemory());

export default defineConfig({
  test: {
    // Where all processors are busy, a process may take ten times as long to start.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two more than there are processors: many tests wait, for processes of their own, or as long as a command does.
    maxWorkers: availableParallelism() + 2,
    projects: [
      // A process for each file costs half a second of CPU: only files that change what others would see get one.
      {
        extends: true,
        test: { name: 'together', include: tests, exclude: [...exclude, isolated], isolate: false },
      },
      { extends: true, test: { name: 'isolated', include: [isolated], exclude } },
    ],
  },
});
