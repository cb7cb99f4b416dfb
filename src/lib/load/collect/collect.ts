import { Collector, type CollectRequest } from './collector.js';
import { isStillThere, ResultFiles } from './result-files.js';
import { requireAllRows } from './row-counts.js';
import type { CollectProgress } from '../model/result-sets.js';

/**
 * Downloads the results of finished jobs and gathers them in three files: rows pass through as the service wrote them,
 * failed rows get their place in the input. They are complete when every row that was sent is in exactly one of them.
 *
 * A job whose rows do not add up is left out and told at the end, so that the others' rows are at hand meanwhile.
 *
 * @returns the rows and bytes in the files; those of a set without rows hold nothing worth keeping
 * @throws RowCountError rows are missing or too many; what adds up is in the files
 * @throws IncompleteResultError a result set never arrived whole
 * @throws ResultFormatError the org answered with something that is not a result set
 */
export async function collectResults(request: CollectRequest): Promise<CollectProgress> {
  const { lineEnding, inputRows, confirm } = request;
  await confirm?.();
  const from =
    request.from !== undefined && (await isStillThere(request.files, request.from.progress))
      ? request.from
      : undefined;
  const files = await ResultFiles.open(request.files, from?.progress);
  try {
    const collector = new Collector(request, { files, newline: lineEnding === 'CRLF' ? '\r\n' : '\n' });
    const short = await collector.collect(jobsOf(from));
    for (const source of request.unsent ?? []) await collector.addUnsent(source);
    requireAllRows(short, { inputRows, rows: files.rows }, Object.values(request.files));
    return await files.sync();
  } finally {
    await files.close();
  }
}

/** The journal may name jobs from before the files were lost, and a job again when the files were copied: the last ones count. */
function jobsOf(from: CollectRequest['from']): ReadonlySet<string> {
  const lastFirst = new Set(from?.jobIds.toReversed());
  return new Set([...lastFirst].slice(0, from?.progress.jobs));
}
