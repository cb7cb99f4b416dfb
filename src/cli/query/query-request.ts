import { dirname, resolve } from 'node:path';
import type { ColumnDelimiter, LineEnding } from '../../lib/api/types.js';
import { UsageError } from '../../lib/errors.js';
import type { ExportPlan } from '../../lib/run/export-plan.js';
import { type IdsRequest, type QuerySource, withoutComments } from '../../lib/export/export.js';
import { standardInput } from '../../lib/files/apart.js';
import { readTextFile } from '../../lib/files/read-text.js';
import type { AdoptedOutput } from '../../lib/export/adopt-job.js';
import type { WaitFor } from '../../lib/jobs/deadline.js';
import { timeOfSpan } from '../units.js';
import { waitOf } from '../wait.js';
import type { Surroundings } from './query-format.js';
import { recordsOutput, type OutputsBeside, type RecordFlags } from './record-flags.js';

/** Flags of an export, parsed. */
export type QueryFlags = RecordFlags & {
  readonly query?: string;
  readonly 'query-file'?: string;
  readonly sobject?: string;
  /** Each a name, or several between commas. */
  readonly fields?: readonly string[];
  readonly 'all-fields': boolean;
  readonly where?: string;
  readonly ids?: string;
  readonly 'not-found-file'?: string;
  readonly 'all-rows': boolean;
  readonly since?: string;
  readonly 'since-field'?: string;
  readonly rest: boolean;
  readonly 'column-delimiter': ColumnDelimiter;
  readonly 'line-ending': LineEnding;
  readonly wait?: number;
  readonly async: boolean;
  readonly concurrency?: number;
};

/** An export with every option decided, before its query has been checked. */
export type QueryRequest = {
  readonly source: QuerySource;
  readonly through: 'bulk' | 'rest';
  /** `LAST`, or a time. */
  readonly since?: string;
  readonly sinceField?: string;
  /** The ids of the records, and where those go that are not found. */
  readonly ids?: Pick<IdsRequest, 'input' | 'notFoundFile' | 'folder'>;
  readonly plan: Omit<ExportPlan, 'soql' | 'mark' | 'ids'>;
  readonly wait: WaitFor;
};

/**
 * Decides every option of an export. Without `--result-format` the format is the output file's, or a table on a
 * terminal, or CSV in a pipe.
 * @throws UsageError
 */
export async function queryRequest(
  flags: QueryFlags,
  surroundings: Surroundings,
  signal?: AbortSignal,
): Promise<QueryRequest> {
  const output = await recordsOutput(flags, surroundings, filesBeside(flags));
  return {
    source: await sourceOf(flags, signal),
    through: flags.rest ? 'rest' : 'bulk',
    ...(flags.since === undefined ? {} : { since: timeOfSpan(flags.since)?.toISOString() ?? flags.since }),
    ...(flags['since-field'] === undefined ? {} : { sinceField: flags['since-field'] }),
    ...(flags.ids === undefined ? {} : { ids: idsOf(flags.ids, flags['not-found-file'], output) }),
    plan: {
      operation: flags['all-rows'] ? 'queryAll' : 'query',
      columnDelimiter: flags['column-delimiter'],
      lineEnding: flags['line-ending'],
      ...output,
      ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    },
    wait: waitOf(flags),
  };
}

/** What an export reads, and what it writes beside its records. */
function filesBeside(flags: QueryFlags): OutputsBeside {
  const { ids, 'query-file': queryFile, 'not-found-file': notFound } = flags;
  const read = [ids, queryFile].filter((file) => file !== undefined);
  return {
    kept: read.map((file) => (file === '-' ? standardInput : { name: file, path: file })),
    outputs: notFound === undefined ? [] : [{ flag: '--not-found-file', path: notFound }],
  };
}

function idsOf(
  file: string,
  notFound: string | undefined,
  { outputFile, outputDir }: AdoptedOutput,
): QueryRequest['ids'] {
  const output = outputFile ?? outputDir;
  const notFoundFile = notFound === undefined ? undefined : resolve(notFound);
  return {
    input:
      file === '-' ? { name: 'standard input', stream: process.stdin } : { name: file, path: resolve(file) },
    folder: output === undefined ? process.cwd() : dirname(output),
    ...(notFoundFile === undefined ? {} : { notFoundFile }),
  };
}

async function sourceOf(flags: QueryFlags, signal: AbortSignal | undefined): Promise<QuerySource> {
  if (flags.sobject !== undefined) return objectSource(flags.sobject, flags);
  const soql = flags.query ?? withoutComments(await readTextFile(flags['query-file'] ?? '', signal));
  if (soql.trim() === '') throw new UsageError('The query is empty.');
  // What is in front stays: messages name the lines of the file.
  return { soql: soql.trimEnd() };
}

function objectSource(object: string, flags: QueryFlags): QuerySource {
  const { where } = flags;
  const fields = flags.fields?.flatMap((names) => names.split(',')).map((name) => name.trim());
  if (fields === undefined && !flags['all-fields']) {
    throw new UsageError(`Which fields of ${object}?`, {
      actions: ['Name them with --fields Id,Name, or take every one with --all-fields.'],
    });
  }
  return { object, ...(fields === undefined ? {} : { fields }), ...(where === undefined ? {} : { where }) };
}
