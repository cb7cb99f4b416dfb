/** What a programmer imports: `import { BulkV2 } from 'sf-plugin-bulk2'`. */

export {
  BulkV2,
  type BulkV2Options,
  type LoadAndWaitOptions,
  type NewIngestJobOptions,
  type NewQueryJobOptions,
  type QueryOptions,
  type WithSignal,
} from './bulk2.js';
export type { InputRecord } from './formats/input-record.js';
export type { BulkInput } from './library/bulk-input.js';
export { IngestJobV2, type IngestResults } from './library/ingest-job.js';
export type { JobEvents, PollDefaults } from './library/job.js';
export type { FollowOptions, LoadFilesOptions } from './library/load-files.js';
export type { OrgPortOptions } from './library/org-port.js';
export { QueryJobV2 } from './library/query-job.js';
export { RecordStream, type QueryRecord } from './library/record-stream.js';
export type { ResultRecord } from './library/result-sets.js';

// Update and delete by query.
export type { RestRecord } from './api/rest.js';
export type { ChangeProgress } from './hybrid/apply-collections.js';
export type { ApplyOptions, ByQueryOutcome } from './hybrid/apply-saved.js';
export {
  destroyByQuery,
  updateByQuery,
  type ByQueryOptions,
  type DestroyOptions,
} from './hybrid/by-query.js';
export type { RecordError, RecordResult } from './hybrid/record-result.js';
export type { RecordMapping, RecordTemplate, Route, RouteOptions } from './hybrid/request.js';

// The engines behind it: loads and exports of any size that can be resumed.
export { Events, type EventMap } from './events.js';
export type { LoadEvents } from './ingest/events.js';
export { resumeLoad, startLoad } from './ingest/load.js';
export type { LoadOptions } from './ingest/load-run.js';
export { planLoad, type PlannedLoad } from './ingest/plan.js';
export type { DescribeOf } from './describe/describe-of.js';
export type { InputFormat } from './formats/input-format.js';
export type { ColumnKind, ColumnTypes } from './formats/column-types.js';
export type { ColumnMapping, MappingRule } from './formats/mapping.js';
export type { ResultWriter } from './formats/result-writer.js';
export type { Table } from './formats/table.js';
export type { ErrorGroup, ErrorSample } from './ingest/collect/error-groups.js';
export type { PerResultFile } from './ingest/collect/types.js';
export type { ColumnOptions, LoadInput, LoadLimits, LoadRequest, ReadingOptions } from './ingest/request.js';
export type { LoadFigures, LoadStatus } from './ingest/result.js';
export { runStore, type RunStore, type RunView } from './journal/store.js';
export type { Journal, JournalOptions } from './journal/journal.js';
export type {
  ExportMark,
  ExportPart,
  ExportPlan,
  JournalRecord,
  LoadPlan,
  Part,
  RunOrg,
  Segment,
  SourceFile,
} from './journal/record.js';
export { resumeExport, runExport } from './query/export.js';
export type { ExportResult } from './query/export-run.js';
export type { ExportEvents } from './query/events.js';
export type { ExportOptions } from './query/export-session.js';
export type { DonePage, ExportFacts, OpenSink, RecordSink, ShowTable, SinkStart } from './query/sink.js';
export { openOutput, type Outputs } from './query/sinks/open-output.js';
export type { RunContext, WaitFor } from './run-context.js';

// The way to the org, for those who bring their own.
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
} from './api/errors.js';
export { Bulk2Error, InputError, UsageError, type ErrorDetail, type InputProblem } from './errors.js';
export { InputChangedError, JobFailedError, JobGoneError, PollingTimeoutError } from './jobs/errors.js';
export {
  SoqlError,
  type SoqlPosition,
  type SoqlProblem,
  type SoqlProblemCode,
} from './query/soql/problem.js';
export { RowCountError } from './row-count-error.js';
