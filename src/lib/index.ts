/**
 * What a programmer imports: `import { BulkV2 } from 'sf-plugin-bulk2'`. The engines behind it have a door of their own,
 * `engine.ts`.
 */

export { BulkV2 } from './bulk2/bulk2.js';
export type {
  BulkV2Options,
  ExistingJobOptions,
  JobsOptions,
  LoadAndWaitOptions,
  NewIngestJobOptions,
  NewQueryJobOptions,
  PollOptions,
  QueryOptions,
  WithJob,
  WithJobSignal,
  WithSignal,
} from './bulk2/options.js';
export type { IdsOptions } from './bulk2/query-by-ids.js';
export type { Optional } from './bulk2/job-requests.js';
export type { BulkInput, FileInput } from './bulk2/input.js';
export type { LoadFrom } from './bulk2/load-inputs.js';
export { IngestJobV2 } from './bulk2/ingest-job.js';
export type {
  AnyRow,
  IngestJobV2FailedResults,
  IngestJobV2Results,
  IngestJobV2SuccessfulResults,
  IngestJobV2UnprocessedRecords,
  JobInfoV2,
  QueryJobInfoV2,
} from './bulk2/jsforce-types.js';
export { withBulk2, type WithBulk2 } from './bulk2/with-bulk2.js';
export type { TypedRecord, WithTyped } from './bulk2/typed-rows.js';
export type { JobEvents, PollDefaults } from './bulk2/job.js';
export type { FollowOptions, LoadFilesOptions, ResumeOptions } from './bulk2/load-files.js';
export type { OrgPortOptions } from './bulk2/org-port.js';
export { QueryJobV2 } from './bulk2/query-job.js';
export { RecordStream, type QueryRecord } from './bulk2/record-stream.js';
export type { ResultRecord, UnprocessedRecord } from './bulk2/result-sets.js';

// Options and results of loads.
export type { InputRecord } from './input/input-record.js';
export type { FailureLimit } from './load/model/brake.js';
export type { IfInterrupted } from './run/if-interrupted.js';
export type { InputFormat } from './input/format.js';
export type { ValueFormats } from './formats/value-formats.js';
export type { ColumnMapping, MappingRule } from './mapping/mapping.js';
export type { ErrorGroup, ErrorSample } from './load/model/error-groups.js';
export type { PerResultFile } from './load/model/result-sets.js';
export type { ColumnOptions, DuplicateKeys, LoadLimits, ReadingOptions } from './load/model/request.js';
export type { LoadFigures, LoadStatus, LostJob, UnknownRows } from './load/model/status.js';
export type { WaitFor } from './jobs/deadline.js';

// Update and delete by query.
export type { RestRecord } from './api/rest.js';
export type { ApplyOptions } from './by-query/apply-saved.js';
export type { ByQueryOutcome } from './by-query/outcome.js';
export type { ByQueryOptions, DestroyOptions } from './by-query/by-query.js';
export type { RecordError, RecordResult } from './by-query/record-result.js';
export type {
  FieldTemplate,
  RecordMapping,
  RecordTemplate,
  Route,
  RouteOptions,
  TemplateValue,
} from './by-query/request.js';

// Events, and what they tell.
export { Events, type EventMap } from './events.js';
export type { LoadEvents } from './load/model/events.js';
export type { ResultFinding, SentKey, JobRowCount } from './load/model/result-finding.js';
export type { OwnerNotice, OwnerWait } from './run/lock.js';
export type { RunEvents } from './run/open-interrupted.js';
export type { JobWarning } from './jobs/watcher.js';

// The org and its jobs.
export type { ConnectionsOptions } from './api/connections.js';
export type { RetryNotice, RetryPolicy } from './api/retry.js';
export type { OrgConnection } from './api/session.js';
export type {
  ColumnDelimiter,
  IngestJobRequest,
  IngestOperation,
  JobInfo,
  JobState,
  LineEnding,
  QueryJobRequest,
  QueryOperation,
} from './api/types.js';
export type { JobFilter } from './jobs/list.js';

// Errors.
export { LoadRefusedError, type Halt } from './load/model/halt.js';
export { DiskFullError } from './files/disk-full.js';
export { ResultFilesTakenError } from './load/collect/name-file.js';
export { ResultFilesError } from './load/collect/results-folder.js';
export {
  JournalDamagedError,
  JournalVersionError,
  JournalWriteError,
  LockLostError,
  RunLockedError,
} from './run/errors.js';
export {
  ApiError,
  type ApiFailure,
  ForeignAddressError,
  OrgUnreachableError,
  SessionExpiredError,
  UnknownOutcomeError,
  WrongJobError,
} from './api/errors.js';
export {
  Bulk2Error,
  InputError,
  UsageError,
  type ErrorDetail,
  type InputProblem,
  RowCountError,
} from './errors.js';
export {
  InputChangedError,
  JobFailedError,
  JobGoneError,
  JobVanishedError,
  PollingTimeoutError,
} from './jobs/errors.js';
export { SoqlError, type SoqlPosition, type SoqlProblem, type SoqlProblemCode } from './soql/problem.js';
export { JobNotAbortedError } from './load/upload/fence.js';
