import { readFile, writeFile } from 'node:fs/promises';
import type { RetryReport } from '../../src/cli/job/retry-command.js';
import type { LoadReport } from '../../src/cli/load/load-report.js';
import type { Bench } from './bulk2.ts';

export type RetryAnswer = {
  message: string;
  actions?: string[];
  warnings?: string[];
  result: LoadReport & RetryReport;
};

/** Changes the failed-records file of a load, as a person does. */
export async function editFailed(
  { failedFilePath }: LoadReport,
  change: (text: string) => string,
): Promise<void> {
  const path = failedFilePath ?? '';
  await writeFile(path, change(await readFile(path, 'utf8')));
}

export function retryOf(bench: Bench, { jobId }: LoadReport) {
  return bench.runJson<RetryAnswer>('job', 'retry', '--id', jobId ?? '');
}
