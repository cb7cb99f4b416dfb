import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CaseResult } from './case.ts';
import { tempDir } from './temp-dir.ts';

const root = join(import.meta.dirname, '..', '..');

type Report = {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{ readonly fullName: string; readonly status: string }>;
  }>;
};

/** Runs files of tests, which have the case already, by their paths from the root. */
export async function runTests(...files: readonly string[]): Promise<CaseResult> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  await using temp = await tempDir();
  const path = join(temp.path, 'report.json');
  const args = ['run', '--reporter=json', `--outputFile=${path}`, '--maxWorkers=2', ...files];
  // A failed test is in the report; a run without a report is an error.
  await promisify(execFile)(process.execPath, [vitest, ...args], { cwd: root }).catch(() => undefined);
  const report = JSON.parse(await readFile(path, 'utf8')) as Report;
  const all = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    figures: [[`tests of ${files.join(', ')}`, `${report.numPassedTests} of ${report.numTotalTests}`]],
    problems: all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  };
}
