import { JobFailure, OrgError, type QueryOutcome } from '../contracts.ts';
import { delimiters, lineEndings, type DelimiterName, type LineEndingName } from '../csv/dialect.ts';
import { queryWithTables } from '../tables/with-tables.ts';
import type { World } from '../server/world.ts';
import { chosen, refuseUnknown, textOf } from './create-ingest-job.ts';
import type { QueryJob } from './job.ts';

const properties: ReadonlySet<string> = new Set([
  'operation',
  'query',
  'contentType',
  'columnDelimiter',
  'lineEnding',
]);

/** @throws OrgError API_ERROR, LIMIT_EXCEEDED, or what is wrong with the query */
export function createQueryJob(
  world: World,
  body: Readonly<Record<string, unknown>>,
  version: number,
): QueryJob {
  refuseUnknown(world, body, properties);
  const operation = chosen(body, 'operation', ['query', 'queryAll']) as QueryJob['operation'];
  const columnDelimiter = chosen(body, 'columnDelimiter', Object.keys(delimiters), 'COMMA') as DelimiterName;
  const lineEnding = chosen(body, 'lineEnding', Object.keys(lineEndings), 'LF') as LineEndingName;
  chosen(body, 'contentType', ['CSV'], 'CSV');
  const query = textOf(body.query);
  const outcome = evaluate(world, query, operation === 'queryAll');
  useAllowance(world);
  const nowMs = Date.now();
  return world.queryJobs.add({
    kind: 'query',
    id: world.newId('job'),
    operation,
    object: 'failure' in outcome ? objectOf(query) : outcome.object,
    createdById: world.sessions.userId,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    state: 'UploadComplete',
    apiVersion: version,
    lineEnding,
    columnDelimiter,
    query,
    outcome,
    resultId: world.newId('result'),
    processed: 0,
    retries: 0,
    totalProcessingTimeMs: 0,
  });
}

function evaluate(
  world: World,
  soql: string,
  includeDeleted: boolean,
): QueryOutcome | { failure: JobFailure } {
  try {
    return queryWithTables(world.database, world.tables, { soql, includeDeleted, bulk: true });
  } catch (error) {
    if (error instanceof JobFailure) return { failure: error };
    throw error;
  }
}

function useAllowance({ allowance }: World): void {
  const jobs = allowance.max('DailyBulkV2QueryJobs');
  if (!allowance.use('DailyBulkV2QueryJobs')) {
    throw limitExceeded(`Max bulk v2 query jobs (${jobs}) per 24 hrs has been reached (${jobs + 1})`);
  }
  const megabytes = allowance.max('DailyBulkV2QueryFileStorageMB');
  if (allowance.used('DailyBulkV2QueryFileStorageMB') >= megabytes) {
    throw limitExceeded(
      `Max bulk v2 query result size stored (${megabytes * 1024}) kb per 24 hrs has been exceeded`,
    );
  }
}

function limitExceeded(message: string): OrgError {
  return new OrgError('LIMIT_EXCEEDED', message);
}

function objectOf(query: string): string {
  return /\bfrom\s+(\w+)/i.exec(query)?.[1] ?? '';
}
