import { UsageError } from '../errors.js';
import { requireOptions, requireValue, rules, type OptionRules } from './check-options.js';

/** What every call takes that reaches the org. */
const following = { signal: rules.signal, abortJob: rules.flag, onJob: rules.callback } as const;

const polling = { pollInterval: rules.interval, pollTimeout: rules.timeout } as const;

const form = { columnDelimiter: rules.columnDelimiter, lineEnding: rules.lineEnding } as const;

const ingest = {
  required: { operation: rules.ingestOperation, object: rules.text },
  optional: {
    ...following,
    ...form,
    externalIdFieldName: rules.text,
    contentType: rules.contentType,
    assignmentRuleId: rules.text,
  },
} as const satisfies OptionRules;

const byQuery = {
  optional: {
    ...following,
    bulkThreshold: rules.count,
    allowBulk: rules.flag,
    hardDelete: rules.flag,
    dryRun: rules.flag,
    undoPath: rules.text,
    resultsDir: rules.text,
    events: rules.object,
    onChanged: rules.callback,
  },
} as const satisfies OptionRules;

const loading = {
  required: ingest.required,
  optional: {
    ...ingest.optional,
    resultsDir: rules.text,
    compress: rules.flag,
    preflight: rules.flag,
    retryFailed: rules.count,
    reading: rules.object,
    columns: rules.object,
    limits: rules.object,
    duplicateKeys: rules.duplicateKeys,
    wait: rules.wait,
    events: rules.object,
  },
} as const satisfies OptionRules;

/** One check for each call of a program. All throw a UsageError that names the call and the option. */
export const requireCall = {
  bulkV2(options: unknown): void {
    const { signal } = following;
    const optional = {
      ...polling,
      signal,
      stateFolder: rules.text,
      retryPolicy: rules.object,
      onRetry: rules.callback,
      client: rules.text,
    };
    requireOptions('new BulkV2()', options, { optional });
  },

  createJob(options: unknown): void {
    requireOptions('createJob()', options, {});
    if (isQuery(options as object)) {
      const required = { query: rules.text, operation: rules.queryOperation };
      requireOptions('createJob()', options, { required, optional: { ...following, ...form } });
    } else requireIngest('createJob()', options, ingest);
  },

  job(type: unknown, options: unknown): void {
    requireValue('The type of job()', type, rules.jobType);
    requireOptions('job()', options, { required: { id: rules.id }, optional: following });
  },

  jobs(options: unknown): void {
    const { signal, jobType: type, text, date: since } = { ...rules, ...following };
    const optional = { signal, type, state: text, object: text, operation: text, createdById: text, since };
    requireOptions('jobs()', options, { optional });
  },

  loadAndWaitForResults(options: unknown): void {
    const optional = { ...ingest.optional, ...polling };
    requireIngest('loadAndWaitForResults()', options, { ...ingest, optional });
  },

  load(options: unknown): void {
    requireOptions('load()', options, loading);
    const { limits = {} } = options as { readonly limits?: object };
    const { positive } = rules;
    const optional = { maxJobBytes: rules.jobBytes, maxRowsPerJob: positive, concurrency: positive };
    requireOptions('limits of load()', limits, { optional });
  },

  resume(jobId: unknown, options: unknown): void {
    requireValue('The job of resume()', jobId, rules.id);
    requireOptions('resume()', options, {
      optional: { ...following, resultsDir: rules.text, wait: rules.wait, events: rules.object },
    });
  },

  query(soql: unknown, options: unknown): void {
    requireValue('The query of query()', soql, rules.text);
    const optional = { ...following, ...polling, ...form, scanAll: rules.flag, typed: rules.flag };
    requireOptions('query()', options, { optional });
  },

  destroy(soql: unknown, options: unknown): void {
    requireValue('The query of destroy()', soql, rules.text);
    requireOptions('destroy()', options, byQuery);
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

function requireIngest(call: string, options: unknown, optionRules: OptionRules): void {
  requireOptions(call, options, optionRules);
  const { operation, externalIdFieldName } = options as Readonly<Record<string, unknown>>;
  if (operation !== 'upsert' || externalIdFieldName !== undefined) return;
  throw new UsageError(`externalIdFieldName of ${call} is missing: an upsert matches records by a field.`);
}
