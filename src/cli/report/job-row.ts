import type { JobInfo } from '../../lib/api/types.js';
import type { PartJob } from '../../lib/load/status.js';
import type { ReportJob } from './page.js';

/** A job of a load of this tool, which knows what it has sent. */
export function reportJob({ part, jobId, state, info, isRetry }: PartJob): ReportJob {
  const { rows, bytes } = part;
  const told = info === undefined ? {} : jobFacts(info);
  return { id: jobId, state, ...told, rows, bytes, isRetry };
}

/** What the org says of a job. */
export function jobFacts(info: JobInfo): ReportJob {
  return {
    id: info.id,
    state: info.state,
    processed: info.numberRecordsProcessed,
    failed: info.numberRecordsFailed,
    retries: info.retries,
    createdAt: info.createdDate,
    processingMs: info.totalProcessingTime,
    apexMs: info.apexProcessingTime,
    errorMessage: info.errorMessage,
    isRetry: false,
  };
}
