import type { RetryPolicy } from '../api/retry.js';
import type { ByQueryOptions, DestroyOptions } from '../by-query/by-query.js';
import { UsageError } from '../errors.js';
import type { ColumnOptions, LoadLimits, ReadingOptions } from '../load/model/request.js';
import type { ValueFormats } from '../formats/value-formats.js';
import type { ColumnMapping } from '../mapping/mapping.js';
import {
  required,
  requireOptions,
  requireValue,
  rules,
  withOptions,
  type OptionRules,
  type RulesFor,
} from './check-options.js';
import type { LoadFilesOptions, ResumeOptions } from './load-files.js';
import type {
  BulkV2Options,
  ExistingJobOptions,
  JobsOptions,
  LoadAndWaitOptions,
  NewIngestJobOptions,
  NewQueryJobOptions,
  PollOptions,
  QueryOptions,
  WithJobSignal,
  WithSignal,
} from './options.js';
import type { WithTyped } from './typed-rows.js';

const ending = { signal: rules.signal, abortJob: rules.flag } satisfies RulesFor<WithJobSignal>;
const polling = { pollInterval: rules.interval, pollTimeout: rules.timeout } satisfies RulesFor<PollOptions>;
const form = { columnDelimiter: rules.columnDelimiter, lineEnding: rules.lineEnding };

const newIngestJob = {
  ...ending,
  ...form,
  operation: required(rules.ingestOperation),
  object: required(rules.text),
  externalIdFieldName: rules.text,
  contentType: rules.contentType,
  assignmentRuleId: rules.text,
} satisfies RulesFor<NewIngestJobOptions>;

const newQueryJob = {
  ...ending,
  ...form,
  operation: required(rules.queryOperation),
  query: required(rules.text),
} satisfies RulesFor<NewQueryJobOptions>;

const loadAndWait = {
  ...newIngestJob,
  ...polling,
  onJob: rules.callback,
  input: rules.any,
} satisfies RulesFor<LoadAndWaitOptions>;

const query = {
  ...ending,
  ...polling,
  ...form,
  onJob: rules.callback,
  scanAll: rules.flag,
  ids: rules.any,
  onNotFound: rules.callback,
  typed: rules.flag,
} satisfies RulesFor<QueryOptions & WithTyped>;

const retryPolicy = {
  attempts: rules.positive,
  attemptsBeforeFirstAnswer: rules.positive,
  firstWaitMs: rules.waitMs,
  longestWaitMs: rules.waitMs,
  giveUpAfterMs: rules.waitMs,
  onRetry: rules.callback,
} satisfies RulesFor<RetryPolicy>;

const bulkV2 = {
  ...polling,
  signal: rules.signal,
  stateFolder: rules.text,
  retryPolicy: withOptions(retryPolicy),
  onRetry: rules.callback,
  client: rules.client,
} satisfies RulesFor<BulkV2Options>;

const reading = {
  format: rules.inputFormat,
  delimiter: rules.character,
  lineEnding: rules.lineEnding,
  encoding: rules.text,
  sheet: rules.text,
} satisfies RulesFor<ReadingOptions>;

const mapping = {
  rules: required(rules.mappingRules),
  keepsOtherColumns: required(rules.flag),
  needsEveryColumn: required(rules.flag),
} satisfies RulesFor<ColumnMapping>;

const formats = {
  dates: rules.texts,
  timeZone: rules.text,
  decimalSeparator: rules.decimalSeparator,
  numberSigns: rules.flag,
  booleanWords: rules.flag,
} satisfies RulesFor<ValueFormats>;

const columns = {
  mapping: withOptions(mapping),
  ignoreUnknown: rules.flag,
  mapByLabel: rules.flag,
  ignoreReadOnlyColumns: rules.flag,
  formats: withOptions(formats),
  emptyAsNull: rules.flag,
} satisfies RulesFor<ColumnOptions>;

const limits = {
  maxJobBytes: rules.jobBytes,
  maxRowsPerJob: rules.positive,
  concurrency: rules.positive,
} satisfies RulesFor<LoadLimits>;

const resume = {
  signal: rules.signal,
  wait: rules.wait,
  events: rules.emitter,
  resultsDir: rules.text,
} satisfies RulesFor<ResumeOptions>;

const load = {
  ...resume,
  operation: newIngestJob.operation,
  object: newIngestJob.object,
  externalIdFieldName: rules.text,
  assignmentRuleId: rules.text,
  input: rules.any,
  reading: withOptions(reading),
  columns: withOptions(columns),
  limits: withOptions(limits),
  preflight: rules.flag,
  setAsideInvalid: rules.flag,
  keepColumns: rules.flag,
  duplicateKeys: rules.duplicateKeys,
  compress: rules.flag,
  retryFailed: rules.count,
  maxFailures: rules.failureLimit,
  ifInterrupted: rules.ifInterrupted,
} satisfies RulesFor<LoadFilesOptions>;

const byQuery = {
  signal: rules.signal,
  bulkThreshold: rules.count,
  allowBulk: rules.flag,
  bulkApiVersion: rules.bulkApiVersion,
  dryRun: rules.flag,
  undoPath: rules.text,
  resultsDir: rules.text,
  events: rules.emitter,
  onChanged: rules.callback,
  onBegun: rules.callback,
  ifInterrupted: rules.ifInterrupted,
} satisfies RulesFor<ByQueryOptions & WithSignal>;

const destroy = { ...byQuery, hardDelete: rules.flag } satisfies RulesFor<
  ByQueryOptions & DestroyOptions & WithSignal
>;

const jobs = {
  signal: rules.signal,
  type: rules.jobType,
  state: rules.jobState,
  object: rules.text,
  operation: rules.jobOperation,
  createdById: rules.id,
  since: rules.date,
} satisfies RulesFor<JobsOptions>;

const existingJob = { ...ending, id: required(rules.id) } satisfies RulesFor<ExistingJobOptions>;

/** One check for each call of a program. All throw a UsageError that names the call and the option. */
export const requireCall = {
  bulkV2(options: unknown): void {
    requireOptions('new BulkV2()', options, bulkV2);
  },

  createJob(options: unknown): void {
    requireValue('The options of createJob()', options, rules.object);
    if (isQuery(options as object)) requireOptions('createJob()', options, newQueryJob);
    else requireIngest('createJob()', options, newIngestJob);
  },

  /** A program may give the whole info of a job, of which the id counts. */
  job(type: unknown, options: unknown): void {
    requireValue('The type of job()', type, rules.jobType);
    requireValue('The options of job()', options, rules.object);
    const { id, signal, abortJob } = options as Readonly<Record<string, unknown>>;
    requireOptions('job()', { id, signal, abortJob }, existingJob);
  },

  jobs(options: unknown): void {
    requireOptions('jobs()', options, jobs);
  },

  loadAndWaitForResults(options: unknown): void {
    requireIngest('loadAndWaitForResults()', options, loadAndWait);
  },

  load(options: unknown): void {
    requireOptions('load()', options, load);
  },

  resume(jobId: unknown, options: unknown): void {
    requireValue('The job of resume()', jobId, rules.id);
    requireOptions('resume()', options, resume);
  },

  query(soql: unknown, options: unknown): void {
    requireValue('The query of query()', soql, rules.text);
    requireOptions('query()', options, query);
  },

  destroy(soql: unknown, options: unknown): void {
    requireValue('The query of destroy()', soql, rules.text);
    requireOptions('destroy()', options, destroy);
  },

  update(soql: unknown, change: unknown, options: unknown): void {
    requireValue('The query of update()', soql, rules.text);
    if (typeof change !== 'function') requireValue('The change of update()', change, rules.object);
    requireOptions('update()', options, byQuery);
  },
} as const;

/** @throws UsageError it is no connection; one that is still to be logged in is */
export function requireConnection(connection: unknown): void {
  const isConnection =
    typeof connection === 'object' &&
    connection !== null &&
    'request' in connection &&
    'instanceUrl' in connection;
  if (isConnection) return;
  throw new UsageError('new BulkV2() was given no Connection: use one of jsforce or of @salesforce/core.');
}

/** The signal of a call, where its options have one. */
export function signalOf(options: unknown): AbortSignal | undefined {
  if (typeof options !== 'object' || options === null || !('signal' in options)) return undefined;
  return options.signal instanceof AbortSignal ? options.signal : undefined;
}

/** Whether a job is to be a query job. */
export function isQuery<T extends object>(options: T): options is Extract<T, { readonly query: string }> {
  return 'query' in options || ('operation' in options && String(options.operation).startsWith('query'));
}

function requireIngest(call: string, options: unknown, known: OptionRules): void {
  requireOptions(call, options, known);
  const { operation, externalIdFieldName } = options as Readonly<Record<string, unknown>>;
  if (operation !== 'upsert' || externalIdFieldName !== undefined) return;
  throw new UsageError(`externalIdFieldName of ${call} is missing: an upsert matches records by a field.`);
}
