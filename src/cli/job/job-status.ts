import type { JobInfo } from '../../lib/api/types.js';
import type { CollectOutcome, LoadStatus } from '../../lib/load/load.js';
import type { ForeignFailures } from '../../lib/load/foreign-job.js';

/** What is known of its rows; figures that are missing are taken from the job's own. */
type ForeignOutcome = ForeignFailures & Partial<Pick<CollectOutcome, 'successful' | 'paths'>>;

/** A job of another tool in the shape that loads are told in. */
export function foreignStatus(info: JobInfo, outcome?: ForeignOutcome): LoadStatus {
  const processed = info.numberRecordsProcessed ?? 0;
  const failed = outcome?.failed ?? info.numberRecordsFailed ?? 0;
  return {
    runId: '',
    plan: {
      operation: info.operation as LoadStatus['plan']['operation'],
      object: info.object,
      ...(info.externalIdFieldName === undefined ? {} : { externalId: info.externalIdFieldName }),
      columnDelimiter: info.columnDelimiter ?? 'COMMA',
      lineEnding: info.lineEnding ?? 'LF',
      header: '',
      columns: [],
      sources: [],
      parts: [],
      rows: processed,
      concurrency: 1,
      resultsDir: '',
    },
    jobs: [info],
    jobIds: [info.id],
    state: info.state,
    processed,
    successful: outcome?.successful ?? processed - failed,
    failed,
    unprocessed: outcome?.unprocessed ?? 0,
    errors: outcome?.errors ?? [],
    ...(outcome?.paths === undefined ? {} : { files: outcome.paths }),
  };
}
