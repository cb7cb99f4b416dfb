import { Collector } from './collector.js';
import { ErrorGroups } from './error-groups.js';
import { countErrorsAgain } from './failed-sample.js';
import { canContinue, readPartial, ResultFiles } from './result-files.js';
import { requireAllRows } from './row-counts.js';
import type { CollectOutcome, CollectRequest } from './request.js';

/**
 * Downloads the results of finished jobs and merges them into the three files of a load: rows pass through as the
 * service wrote them, failed rows get their place in the input. The files appear under their names only when every
 * row that was sent is in exactly one of them.
 *
 * A job whose rows do not add up is left out and told at the end, so that the others' rows are at hand meanwhile.
 *
 * @throws RowCountError rows are missing or too many; what adds up is in the `.part` files
 * @throws IncompleteResultError a result set never arrived whole
 * @throws ResultFormatError the org answered with something that is not a result set
 */
export async function collectResults(request: CollectRequest): Promise<CollectOutcome> {
  const { files: paths, delimiter, lineEnding, inputRows, confirm } = request;
  await confirm?.();
  const from =
    request.from !== undefined && (await canContinue(paths, request.from.progress))
      ? request.from
      : undefined;
  const errors = new ErrorGroups();
  const failedBytes = from?.progress.bytes.failed ?? 0;
  if (failedBytes > 0) await countErrorsAgain(readPartial(paths.failed, failedBytes), delimiter, errors);
  const files = await ResultFiles.open(paths, from?.progress);
  const collector = new Collector(request, { files, errors, newline: lineEnding === 'CRLF' ? '\r\n' : '\n' });
  try {
    const short = await collector.collect(jobsOf(from));
    requireAllRows(short, { inputRows, rows: files.rows }, files.partialPaths);
    await collector.writeMissingHeaders();
    await confirm?.();
    const { success: successful, failed, unprocessed } = files.rows;
    return { successful, failed, unprocessed, errors: errors.report(), paths: await files.commit() };
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** The journal may also have jobs from before the partial files were lost: only the last ones count. */
function jobsOf(from: CollectRequest['from']): ReadonlySet<string> {
  return new Set(from?.jobIds.slice(from.jobIds.length - from.progress.jobs));
}
