import type { JobInfo } from '../api/types.js';
import type { ExportPlan } from '../run/export-plan.js';
import type { RunContext } from '../run/context.js';
import { beginExport } from './begin.js';
import { resumeExport, type ExportResult } from './export.js';
import type { ExportOptions } from './session.js';

/** Where the records of a job go, and as what. */
export type AdoptedOutput = Omit<
  ExportPlan,
  'operation' | 'soql' | 'columnDelimiter' | 'lineEnding' | 'mark'
>;

/** The plan of an export whose job is there already. The service does not tell what it was asked for. */
export function planForJob(job: JobInfo, output: AdoptedOutput): ExportPlan {
  return {
    ...output,
    operation: job.operation === 'queryAll' ? 'queryAll' : 'query',
    soql: '',
    columnDelimiter: job.columnDelimiter ?? 'COMMA',
    lineEnding: job.lineEnding ?? 'LF',
  };
}

/**
 * Waits for a query job that is there already, whoever created it, and downloads its records as an export of our own,
 * which can be resumed like any other. Throws as `runExport` does.
 * @param context of the API version that the job was created with
 */
export async function adoptQueryJob(
  job: JobInfo,
  plan: ExportPlan,
  { options, context }: { readonly options: ExportOptions; readonly context: RunContext },
): Promise<ExportResult> {
  const { runId, journal } = await beginExport(plan, context);
  try {
    await journal.append({ type: 'created', part: 0, jobId: job.id });
  } finally {
    await journal.close();
  }
  return resumeExport({ runId, path: journal.path, records: [] }, options, context);
}
