/** What a programmer imports: `import { BulkV2 } from 'sf-plugin-bulk2'`. */

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
export type { Optional } from './bulk2/job-requests.js';
export type { InputRecord } from './input/input-record.js';
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

// Update and delete by query.
export type { RestRecord } from './api/rest.js';
export { resumeChange, type ApplyOptions } from './by-query/apply-saved.js';
export type { ByQueryOutcome } from './by-query/outcome.js';
export {
  destroyByQuery,
  updateByQuery,
  type ByQueryOptions,
  type DestroyOptions,
} from './by-query/by-query.js';
export type { RecordError, RecordResult } from './by-query/record-result.js';
export type {
  RecordMapping,
  RecordTemplate,
  Route,
  RouteOptions,
  TemplateValue,
} from './by-query/request.js';

// The engines behind it: loads and exports of any size that can be resumed.
export { Events, type EventMap } from './events.js';
export type { FailureLimit } from './load/model/brake.js';
export { LoadRefusedError, type Halt } from './load/model/halt.js';
export type { LoadEvents } from './load/model/events.js';
export { beginLoad, type BeginOptions } from './load/begin-load.js';
export { resumeLoad, startLoad, type LoadOptions } from './load/load.js';
export type { IfInterrupted } from './run/if-interrupted.js';
export { ResultFilesTakenError } from './load/collect/name-file.js';
export { ResultFilesError } from './load/collect/results-folder.js';
export { planLoad, type PlannedLoad } from './load/plan/plan.js';
export type { DescribeOf } from './describe/describe.js';
export type { InputFormat } from './input/format.js';
export type { ColumnKind, ColumnTypes } from './describe/column-types.js';
export type { ValueFormats } from './formats/value-formats.js';
export type { ColumnMapping, MappingRule } from './mapping/mapping.js';
export type { ResultWriter } from './output/writer.js';
export type { Table } from './output/table.js';
export type { ErrorGroup, ErrorSample } from './load/model/error-groups.js';
export type { ResultFinding } from './load/model/result-finding.js';
export type { SentKey } from './load/model/result-finding.js';
export type { JobRowCount } from './load/model/result-finding.js';
export type { PerResultFile } from './load/model/result-sets.js';
export type {
  ByteInput,
  ColumnOptions,
  DuplicateKeys,
  RecordInput,
  LoadInput,
  LoadLimits,
  LoadRequest,
  ReadingOptions,
} from './load/model/request.js';
export type { LoadFigures, LoadStatus } from './load/model/status.js';
export { runStore, type BeginningLock, type RunStore, type RunView } from './run/store.js';
export type { Journal, JournalOptions, JournalOwner } from './run/journal.js';
export type { LockOptions, LockTimes, OwnerNotice, OwnerWait } from './run/lock.js';
export type { RunEvents } from './run/open-interrupted.js';
export {
  JournalDamagedError,
  JournalVersionError,
  JournalWriteError,
  LockLostError,
  RunLockedError,
} from './run/errors.js';
export type { ExportMark, ExportPart, ExportPlan, FolderPlace } from './run/export-plan.js';
export type {
  ChangePlan,
  ChangeProgress,
  FirstRecord,
  InputMark,
  JournalRecord,
  LoadPlan,
  Part,
  QueriedChange,
  RetryPlan,
  RunOrg,
  Segment,
  SetAside,
  SourceFile,
} from './run/record.js';
export type { FilePlace, OutputPlace, OutputStamp, StreamPlace } from './files/output-place.js';
export { resumeExport, runExport } from './export/export.js';
export type { ExportResult } from './export/export.js';
export type { ExportEvents } from './export/events.js';
export type { ExportOptions } from './export/session.js';
export type {
  DonePage,
  ExportFacts,
  OpenSink,
  RecordSink,
  ShowTable,
  SinkStart,
} from './export/sinks/sink.js';
export { openOutput, type Outputs } from './export/sinks/open-output.js';
export type { RunContext } from './run/context.js';
export type { WaitFor } from './jobs/deadline.js';

// The way to the org, for those who bring their own.
export type { ConnectionsOptions } from './api/connections.js';
export { httpApi, type HttpApi, type HttpOptions } from './api/http.js';
export type { ApiRequest, ApiResponse, OrgApi, ResponseReader } from './api/port.js';
export { withRetry, type RetryNotice, type RetryPolicy } from './api/retry.js';
export { sessionOf, type OrgConnection, type Session } from './api/session.js';
export type {
  ColumnDelimiter,
  DescribeField,
  IngestJobRequest,
  IngestOperation,
  JobInfo,
  JobState,
  LineEnding,
  QueryJobRequest,
  QueryOperation,
  SObjectDescribe,
} from './api/types.js';

export {
  ApiError,
  type ApiFailure,
  ForeignAddressError,
  OrgUnreachableError,
  SessionExpiredError,
  UnknownOutcomeError,
  WrongJobError,
} from './api/errors.js';
export { Bulk2Error, InputError, UsageError, type ErrorDetail, type InputProblem } from './errors.js';
export {
  InputChangedError,
  JobFailedError,
  JobGoneError,
  JobVanishedError,
  PollingTimeoutError,
} from './jobs/errors.js';
export type { JobFilter } from './jobs/list.js';
export type { JobWarning } from './jobs/watcher.js';
export { SoqlError, type SoqlPosition, type SoqlProblem, type SoqlProblemCode } from './soql/problem.js';
export { JobNotAbortedError } from './load/upload/fence.js';
export { RowCountError } from './errors.js';
