import { readdir, readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { openBench, type Bench } from '../support/bulk2.ts';
import { codeBlocks, pageText, runAsPrinted, tableRows } from '../support/docs-page.ts';
import { needing } from '../support/systems.ts';

type Workflow = { jobs: Record<string, { steps: Array<{ name?: string; run?: string; uses?: string }> }> };

const page = pageText('docs/ci.md');
const [source = ''] = codeBlocks(page, 'yaml');
const steps = Object.values((parse(source) as Workflow).jobs).flatMap((job) => job.steps);
const bulk2Steps = steps.flatMap(({ run = '' }) => (run.startsWith('sf bulk2 ') ? [run] : []));

describe('the page on CI', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  needing('a POSIX shell').each(codeBlocks(page, 'sh'))('has commands that work: %#', async (command) => {
    const { code, stdout, stderr } = await runAsPrinted(command, bench);
    expect(code, stdout + stderr).toBe(0);
    if (command.startsWith('node')) expect(codeBlocks(page, 'text')).toEqual([stdout]);
  });

  needing('a POSIX shell').each(bulk2Steps)('has a workflow whose steps work: %#', async (command) => {
    await rm(bench.file('changes.csv'), { force: true });
    const { code, stdout, stderr } = await runAsPrinted(command, bench);
    expect(code, stdout + stderr).toBe(0);
  });

  needing('a POSIX shell')('has a workflow that leaves what its last steps keep', async () => {
    expect(await readFile(bench.file('results/load.html'), 'utf8')).toContain('</html>');
    expect(await readFile(bench.file('changes.csv'), 'utf8')).toContain('Globex');
    // What a CI job has to bring along for the next export.
    expect(await readdir(bench.file('home/.sf/bulk2/marks'))).toHaveLength(1);
  });
});

test('the workflow keeps what is remembered after the results, and under a key of its own each time', () => {
  const uses = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses.replace(/@.*/, '')]));
  expect(uses.slice(-3)).toEqual(['actions/cache/restore', 'actions/upload-artifact', 'actions/cache/save']);
  expect(source.match(/key: bulk2-\$\{\{ github\.run_id \}\}-\$\{\{ github\.run_attempt \}\}/g)).toHaveLength(
    2,
  );
});

test('the page on CI has every exit code', () => {
  const codes = tableRows(page).flatMap(({ Code }) => (Code === undefined ? [] : [Number(Code)]));
  expect(codes).toEqual(Object.values(exitCodes));
});
