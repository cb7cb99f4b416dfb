import { resolve } from 'node:path';
import type { IngestJobRequest } from '../api/types.js';
import { UsageError } from '../errors.js';
import { Events } from '../events.js';
import type { LoadEvents } from '../load/model/events.js';
import { queryCsv } from '../export/query-job.js';
import { warnedOfRepeat } from '../load/interrupted.js';
import { beginLoad } from '../load/begin-load.js';
import { resumeLoad } from '../load/load.js';
import type { IfInterrupted } from '../run/if-interrupted.js';
import { planLoad } from '../load/plan/plan.js';
import { mostJobBytes, type LoadLimits, type LoadRequest } from '../load/model/request.js';
import type { FailureLimit } from '../load/model/brake.js';
import type { LoadStatus } from '../load/model/status.js';
import type { RunContext } from '../run/context.js';
import type { WaitFor } from '../jobs/deadline.js';
import { withinWait } from '../run/within-wait.js';
import { given, type Optional } from './job-requests.js';
import { loadInputs, type LoadFrom } from './load-inputs.js';

/** How a load is followed. */
export type FollowOptions = {
  /** To the end (the default), until the org has the data, or so long. */
  readonly wait?: WaitFor | undefined;
  readonly events?: Events<LoadEvents> | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** How a load is resumed. */
export type ResumeOptions = FollowOptions & {
  /** Gets the result files instead of the folder that the load began with. */
  readonly resultsDir?: string | undefined;
};

/** A load of any size. What is not given is found from the input, or as the commands have it. */
export type LoadFilesOptions = FollowOptions &
  Pick<IngestJobRequest, 'object' | 'operation' | 'assignmentRuleId'> &
  Optional<
    Pick<
      LoadRequest,
      'reading' | 'columns' | 'preflight' | 'duplicateKeys' | 'setAsideInvalid' | 'keepColumns'
    >
  > & {
    readonly input: LoadFrom;
    /**
     * Upsert: the field that the org matches records by. Update: any field that records are found by in place of their ids;
     * rows whose key no single record has count as failed.
     */
    readonly externalIdFieldName?: string | undefined;
    /** Gets the files of successful, failed and unprocessed records. Default: the current folder. */
    readonly resultsDir?: string | undefined;
    /** Compress uploads, unless the org turns out not to take them so. Default false. */
    readonly compress?: boolean | undefined;
    /** How often rows that failed temporarily are retried. Default 0. */
    readonly retryFailed?: number | undefined;
    /** Create no further job once so many rows have failed: `{ rows: 100 }`, `{ percent: 5 }` of the input's. */
    readonly maxFailures?: FailureLimit | undefined;
    readonly limits?: Optional<LoadLimits> | undefined;
    /** What to do where a load of the same bytes into the same object has not finished. */
    readonly ifInterrupted?: IfInterrupted | undefined;
  };

/**
 * Loads files of any size: checked first, cut into jobs, journalled, each row accounted for.
 * @throws what `planLoad` and `beginLoad` throw
 */
export async function loadFiles(options: LoadFilesOptions, context: RunContext): Promise<LoadStatus> {
  const { events = new Events<LoadEvents>() } = options;
  const request: LoadRequest = {
    operation: options.operation,
    object: options.object,
    ...(options.externalIdFieldName === undefined ? {} : { externalId: options.externalIdFieldName }),
    ...(options.assignmentRuleId === undefined ? {} : { assignmentRuleId: options.assignmentRuleId }),
    inputs: await loadInputs(options.input, options.operation, context.signal),
    reading: options.reading ?? {},
    columns: options.columns ?? {},
    limits: {
      maxJobBytes: mostJobBytes,
      maxRowsPerJob: Number.POSITIVE_INFINITY,
      concurrency: 4,
      ...given(options.limits ?? {}),
    },
    resultsDir: resolve(options.resultsDir ?? '.'),
    preflight: options.preflight ?? true,
    setAsideInvalid: options.setAsideInvalid ?? false,
    duplicateKeys: options.duplicateKeys ?? 'warn',
    keepColumns: options.keepColumns ?? false,
    wait: options.wait ?? 'end',
    compress: options.compress ?? false,
    retries: options.retryFailed ?? 0,
    ...(options.maxFailures === undefined ? {} : { maxFailures: options.maxFailures }),
  };
  return withinWait(request.wait, context, async (bounded) =>
    beginLoad(
      await warnedOfRepeat(await planLoad(request, bounded, events, { queryCsv }), bounded),
      { events, ifInterrupted: options.ifInterrupted },
      bounded,
    ),
  );
}

/** Resumes an interrupted load. @throws UsageError no load on this computer has a job of that id */
export async function resumeByJobId(
  jobId: string,
  { wait, events = new Events<LoadEvents>(), resultsDir }: ResumeOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const run = await context.store.findByJobId(jobId);
  if (run === undefined) {
    throw new UsageError(`No load in ${context.store.folder} has a job ${jobId}.`, { data: { jobId } });
  }
  return resumeLoad(
    run,
    {
      events,
      ...(wait === undefined ? {} : { wait }),
      ...(resultsDir === undefined ? {} : { resultsDir: resolve(resultsDir) }),
    },
    context,
  );
}
