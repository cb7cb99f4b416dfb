/**
 * The engines that `BulkV2` and the commands work with, for those who build on their parts:
 * `import { runExport } from 'sf-plugin-bulk2/engine'`. Errors, events and what else `sf-plugin-bulk2` exports come from
 * there. Names and shapes in here may change with any minor version; those of `sf-plugin-bulk2` don't.
 */

// Loads of any size that can be resumed.
export { beginLoad, type BeginOptions } from './load/begin-load.js';
export { resumeLoad, startLoad, type LoadOptions } from './load/load.js';
export { planLoad, type PlanOptions, type PlannedLoad } from './load/plan/plan.js';
export type { QueryCsv } from './load/plan/ids-by-key.js';
export type { ByteInput, RecordInput, LoadInput, LoadRequest } from './load/model/request.js';

// Update and delete by query.
export { resumeChange } from './by-query/apply-saved.js';
export { destroyByQuery, updateByQuery } from './by-query/by-query.js';

// Exports of any size that can be resumed.
export type { ColumnKind, ColumnTypes } from './describe/column-types.js';
export type { ResultWriter } from './output/writer.js';
export type { Table } from './output/table.js';
export type { FilePlace, OutputPlace, OutputStamp, StreamPlace } from './files/output-place.js';
export { resumeExport, runExport, type ExportResult } from './export/export.js';
export { planIds, type IdsRequest, type PlannedIds } from './export/plan-ids.js';
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

// Runs, and their journals.
export { runStore, type BeginningLock, type RunStore, type RunView } from './run/store.js';
export type { Journal, JournalOptions, JournalOwner } from './run/journal.js';
export type { LockOptions, LockTimes } from './run/lock.js';
export type { ChangePlan, ChangeProgress, QueriedChange } from './run/change-plan.js';
export type {
  ExportIds,
  ExportMark,
  ExportPart,
  ExportPlan,
  FolderPlace,
  IdsOutcome,
} from './run/export-plan.js';
export type {
  FirstRecord,
  InputMark,
  JournalRecord,
  LeftRows,
  LoadPlan,
  Part,
  RetryPlan,
  RunOrg,
  Segment,
  SetAside,
  SourceFile,
} from './run/record.js';
export type { FileMark } from './run/input-mark.js';
export type { CopyEdits } from './run/copy-edits.js';
export type { CopyMask, CopyMaskKey } from './run/copy-mask.js';
export type {
  CopyCounts,
  CopyFiles,
  CopyLeft,
  CopyLookup,
  CopyMatch,
  CopyObject,
  CopyOwners,
  CopyParentKey,
  CopyPlan,
  CopyRecord,
  CopyRecordType,
  CopyStep,
  CopySurvey,
  HeldCount,
  MatchKind,
} from './run/copy-record.js';
export type { RunContext } from './run/context.js';

// The way to the org.
export type { DescribeOf } from './describe/describe.js';
export { httpApi, type HttpApi, type HttpOptions } from './api/http.js';
export type { ApiRequest, ApiResponse, OrgApi, ResponseReader } from './api/port.js';
export { withRetry } from './api/retry.js';
export { sessionOf, type Session } from './api/session.js';
export type { DescribeField, SObjectDescribe } from './api/types.js';
