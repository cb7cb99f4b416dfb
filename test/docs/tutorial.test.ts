import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { loginTo, optionsFromFlags, orgFlags, startOrg, type Org } from '../../local-org/index.ts';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { pageText, type PageOutcome } from '../support/docs-page.ts';
import { wordsOfPlainLine } from '../support/plain-line.ts';
import { expectAsPrinted, PageRun, pageSteps, type PageStep } from '../support/run-page.ts';
import { needing } from '../support/systems.ts';

const { ok, interrupted, refusedInput, someRowsFailed } = exitCodes;
const examples = join(import.meta.dirname, '..', '..', 'examples');
const page = pageText('docs/tutorial.md');

/** The org that the page starts to be interrupted, with less time to take. */
function slowOptions() {
  const [, line = ''] = /^npm run org -- (--alias slow .*)$/m.exec(page) ?? [];
  const args = wordsOfPlainLine(line) ?? [];
  const { values } = parseArgs({ args, options: { ...orgFlags, alias: { type: 'string' } } });
  const options = optionsFromFlags(values);
  expect(options).toMatchObject({ bandwidthBytesPerSecond: 100_000, batchDelayMs: 2_000, batchRows: 600 });
  return { ...options, bandwidthBytesPerSecond: 10_000_000, batchDelayMs: 50 };
}

describe('docs/tutorial.md', () => {
  const steps = pageSteps(page);
  const codes = [ok, refusedInput, someRowsFailed, ok, ok, ok, ok, ok, interrupted, ok, ok];
  let bench: Bench;
  let slow: Org;
  let run: PageRun;
  beforeAll(async () => {
    bench = await openBench({}, { ownHost: true });
    slow = await startOrg({ tls: true, ...slowOptions() });
    await loginTo(slow, bench.file('home'), { alias: 'slow', isDefault: false });
    await symlink(examples, bench.file('examples'), 'junction');
    run = new PageRun(bench);
  });
  afterAll(async () => {
    await Promise.all([bench[Symbol.asyncDispose](), slow.stop()]);
  });

  needing('a POSIX shell').each(steps.map((step, index) => [index, step] as const))(
    'has commands that do what it says: %i',
    { timeout: 60_000 },
    async (index, step) => {
      const outcome = codes[index] === interrupted ? await interrupt(step) : await run.run(step);
      expectAsPrinted(step, outcome, codes[index]);
    },
  );

  needing('a POSIX shell')('ends with each row in the slow org once', async () => {
    expect(await slow.records('Account')).toHaveLength(3_376);
    expect(steps).toHaveLength(codes.length);
  });

  /** Presses Ctrl-C when the rows are being processed. */
  async function interrupt({ command }: PageStep): Promise<PageOutcome> {
    const hold = await slow.faults.add({
      endpoint: 'ingest.info',
      action: { kind: 'hold', when: 'before' },
    });
    const { child, ended } = bench.start(...command.trim().split(' ').slice(2));
    await hold.hit();
    child.kill('SIGINT');
    const outcome = await ended;
    await hold.release('drop');
    await hold.remove();
    run.read(outcome);
    return { ...outcome, code: outcome.code ?? -1 };
  }
});
