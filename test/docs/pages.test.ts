import { afterAll, beforeAll, describe } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { pageText } from '../support/docs-page.ts';
import { expectAsPrinted, PageRun, pageSteps } from '../support/run-page.ts';
import { needing } from '../support/systems.ts';

const { ok, refusedInput, someRowsFailed } = exitCodes;

/** How the commands of a page end, one after the other; those that are not listed end with 0. */
const pages: ReadonlyArray<readonly [string, readonly number[]]> = [
  ['docs/big-files.md', []],
  ['docs/locks.md', []],
  ['docs/nightly-export.md', []],
  ['docs/mass-update.md', []],
  ['docs/delete-and-restore.md', []],
  ['docs/beyond-one-machine.md', []],
  ['docs/before-sending.md', [refusedInput, someRowsFailed]],
];

describe.each(pages)('%s', (path, codes) => {
  const steps = pageSteps(pageText(path));
  let bench: Bench;
  let page: PageRun;
  beforeAll(async () => {
    bench = await openBench();
    page = new PageRun(bench);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  needing('a POSIX shell').each(steps.map((step, index) => [index, step] as const))(
    'has commands that do what it says: %i',
    async (index, step) => {
      const outcome = await page.run(step);
      expectAsPrinted(step, outcome, codes[index] ?? ok);
    },
  );
});
