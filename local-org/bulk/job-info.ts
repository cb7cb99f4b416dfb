import type { Quirks } from '../options.ts';
import { jsonDecimal, jsonText } from '../server/json-decimal.ts';
import { timestamp } from '../server/timestamp.ts';
import type { IngestJob, Job, QueryJob } from './job.ts';

type Info = Record<string, unknown>;

/** The keys that every answer about a job begins with, in the service's order. */
function beginning(job: Job): Info {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: timestamp(job.createdAtMs),
    systemModstamp: timestamp(job.modifiedAtMs),
    state: job.state,
    ...(job.kind === 'ingest' && job.externalIdFieldName !== undefined
      ? { externalIdFieldName: job.externalIdFieldName }
      : {}),
    ...(job.kind === 'ingest' && job.assignmentRuleId !== undefined
      ? { assignmentRuleId: job.assignmentRuleId }
      : {}),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: jsonDecimal(job.apiVersion),
  };
}

function dialect(job: Job): Info {
  return { lineEnding: job.lineEnding, columnDelimiter: job.columnDelimiter };
}

/** The upload's address: relative, without a leading slash, and only while there is something to upload. */
function contentUrl(job: Job): Info {
  if (job.kind === 'query' || job.state !== 'Open') return {};
  return { contentUrl: `services/data/v${job.apiVersion}.0/jobs/ingest/${job.id}/batches` };
}

/** `V2Query`, `V2Ingest`, or `BigObjectIngest` for objects of that kind; this org has no jobs of Bulk API 1.0. */
export function jobTypeOf(job: Job): string {
  if (job.kind === 'query') return 'V2Query';
  return job.object.endsWith('__b') ? 'BigObjectIngest' : 'V2Ingest';
}

/** Answer to creating a job. */
export function createdInfo(job: Job): Info {
  return { ...beginning(job), ...contentUrl(job), ...dialect(job) };
}

/** Answer to closing or aborting a job: the short form. */
export function patchedInfo(job: Job): Info {
  return beginning(job);
}

/** A job in a list: no counters. */
export function listedInfo(job: Job): Info {
  return { ...beginning(job), jobType: jobTypeOf(job), ...contentUrl(job), ...dialect(job) };
}

/** Answer to asking for a job. */
export function fullInfo(job: Job, quirks: Quirks): Info {
  return {
    ...listedInfo(job),
    ...(job.kind === 'ingest' ? ingestCounters(job) : queryCounters(job)),
    ...ending(job, quirks),
  };
}

function ingestCounters(job: IngestJob): Info {
  const beforeUpload = job.state === 'Open' && job.content === undefined;
  return {
    ...(beforeUpload ? {} : { numberRecordsProcessed: job.processed, numberRecordsFailed: job.failed }),
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTimeMs,
    apiActiveProcessingTime: job.apiActiveProcessingTimeMs,
    apexProcessingTime: 0,
  };
}

function queryCounters(job: QueryJob): Info {
  return {
    numberRecordsProcessed: job.processed,
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTimeMs,
  };
}

/** `isPkChunkingSupported` is seen from v61 on. */
function ending(job: Job, quirks: Quirks): Info {
  const error = job.errorMessage === undefined ? {} : { errorMessage: jsonText(job.errorMessage) };
  const flag = job.apiVersion >= 61 ? { isPkChunkingSupported: job.kind === 'query' } : {};
  return quirks.pkChunkingFlag === 'last' ? { ...error, ...flag } : { ...flag, ...error };
}
