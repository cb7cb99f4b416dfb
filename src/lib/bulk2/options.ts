import type { IngestJobRequest, QueryJobRequest } from '../api/types.js';
import type { JobFilter } from '../jobs/list.js';
import type { Optional } from './job-requests.js';
import type { IngestJobV2 } from './ingest-job.js';
import type { BulkInput } from './input.js';
import type { PollDefaults } from './job.js';
import type { OrgPortOptions } from './org-port.js';
import type { IdsOptions } from './query-by-ids.js';
import type { QueryJobV2 } from './query-job.js';

/** How a BulkV2 object works; every one has a default. */
export type BulkV2Options = OrgPortOptions & PollOptions;

/** How often and how long to look at a job, in milliseconds. Default: those of the BulkV2 object. */
export type PollOptions = Optional<PollDefaults>;

/** Ends what was asked for early: the promise rejects with the signal's reason, and jobs go on in the org. */
export type WithSignal = { readonly signal?: AbortSignal | undefined };

/** A signal for one job, and what it does to the job. */
export type WithJobSignal = WithSignal & {
  /** Abort the job in the org, too, when the signal fires. Default false. */
  readonly abortJob?: boolean | undefined;
};

/** For a call that makes a job of its own. */
export type WithJob<J> = {
  /** Called with the job once it has an id, for whoever wants to follow it, or to know it after an error. */
  readonly onJob?: ((job: J) => void) | undefined;
};

/** An ingest job as the service creates it; `columnDelimiter` COMMA and `lineEnding` LF unless they are given. */
export type NewIngestJobOptions = IngestJobRequest & WithJobSignal;

/** A query job as the service creates it. */
export type NewQueryJobOptions = QueryJobRequest & WithJobSignal;

/** A job that the org has. */
export type ExistingJobOptions = { readonly id: string } & WithJobSignal;

/** Which jobs to list. */
export type JobsOptions = JobFilter & WithSignal;

/** A job, what goes into it, and in milliseconds how often and how long to look whether it has ended. */
export type LoadAndWaitOptions = NewIngestJobOptions &
  WithJob<IngestJobV2> &
  PollOptions & { readonly input: BulkInput };

/** `pollInterval` and `pollTimeout` in milliseconds; the delimiter and line ending are those of `stream()`. */
export type QueryOptions = WithJobSignal &
  WithJob<QueryJobV2> &
  PollOptions &
  IdsOptions &
  Pick<QueryJobRequest, 'columnDelimiter' | 'lineEnding'> & {
    /** Deleted and archived records too. Default false. */
    readonly scanAll?: boolean | undefined;
  };
