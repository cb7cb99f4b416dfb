import type { DescribeField, QueryOperation, JobInfo } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { FieldIndex } from '../describe/field-index.js';
import { UsageError } from '../errors.js';
import type { ExportMark } from '../run/export-plan.js';
import type { RunContext } from '../run/context.js';
import { outlineForRewrite, soqlTime, withSince } from '../soql/rewrite.js';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../files/folders.js';
import { PartFile } from '../files/part-file.js';
import { writeWhole } from '../files/write-whole.js';
import { orgKey } from '../run/org.js';

type IncrementalRequest = {
  readonly soql: string;
  readonly operation: QueryOperation;
  /** `LAST`, a day, or a time with its zone. */
  readonly since: string;
  /** What tells when a record was changed, or created. Default: SystemModstamp. */
  readonly field?: string;
  /** Absolute path of the file or the folder; absent for standard output. */
  readonly output?: string;
};

export type IncrementalQuery = {
  /** The query, narrowed to what has changed. */
  readonly soql: string;
  /** Moved when the export is complete. With LAST only: an export since another time leaves a gap before it. */
  readonly mark?: ExportMark;
  /** From when on records are exported, ISO 8601 in UTC; undefined for all of them: there was no earlier export. */
  readonly since: string | undefined;
  /** The export that this one continues, with LAST. */
  readonly last?: HighWater;
};

/**
 * Narrows a query to the records that changed since a time, or since the last complete export of the same query to
 * the same output.
 * @throws UsageError the object does not tell by the field when its records changed, the query leaves records out by
 *   itself, or `since` is no time
 */
export async function incrementalQuery(
  request: IncrementalRequest,
  { describeOf, context }: { readonly describeOf: DescribeOf; readonly context: RunContext },
): Promise<IncrementalQuery> {
  const { soql, operation, output } = request;
  const object = outlineForRewrite(soql).object.text;
  const field = await timeField(object, request.field, describeOf);
  if (request.since.toUpperCase() !== 'LAST') {
    return { soql: withSince(soql, request.since, field), since: soqlTime(request.since) };
  }
  const mark: ExportMark = {
    object,
    operation,
    query: soql,
    ...(output === undefined ? {} : { output }),
    ...(field === standardField ? {} : { field }),
  };
  const last = await readMark(mark, context);
  // Narrowed and thrown away: a query that cannot be narrowed next time is refused this time.
  const narrowed = withSince(soql, last?.since ?? new Date(0).toISOString(), field);
  return last === undefined
    ? { soql, mark, since: undefined }
    : { soql: narrowed, mark, since: last.since, last };
}

const standardField = 'SystemModstamp';

/** What history and share objects have instead. */
const otherFields = ['LastModifiedDate', 'CreatedDate'];

/** The field's own name. @throws UsageError the org can't tell by it what has changed */
async function timeField(object: string, asked: string | undefined, describeOf: DescribeOf): Promise<string> {
  const name = asked ?? standardField;
  const describe = await describeOf(object);
  if (describe === undefined) return name;
  const fields = new FieldIndex(describe);
  const field = fields.field(name);
  const problem = problemOf(field, name, object);
  if (problem === undefined) return field?.name ?? name;
  const usable = [standardField, ...otherFields].find(
    (each) => problemOf(fields.field(each), each, object) === undefined,
  );
  const nearest = asked === undefined ? undefined : fields.nearestField(name);
  throw new UsageError(problem, {
    actions: [
      ...(nearest === undefined ? [] : [`Did you mean ${nearest}?`]),
      usable === undefined
        ? 'Export without --since, or narrow the query by a field of the object itself.'
        : `Tell changes by another field: --since-field ${usable}`,
    ],
    data: { object, field: name },
  });
}

function problemOf(field: DescribeField | undefined, name: string, object: string): string | undefined {
  if (field === undefined) return `${object} has no ${name}, so the org can't tell what has changed.`;
  if (field.filterable === false)
    return `The org can't filter ${object} by ${name}, so it can't tell what has changed.`;
  if (field.type !== 'datetime') return `${name} is no date with a time, so it can't tell what has changed.`;
  return undefined;
}

/**
 * Records get their SystemModstamp when they are saved and become visible when their transaction ends, which takes
 * Apex 10 minutes at most (Apex guide: Execution Governors and Limits). An export goes back so far behind the one
 * before, so that nothing which was being saved then is missed; what has changed in these minutes comes twice.
 */
const overlapMs = 10 * 60 * 1000;

/** How far the exports of one query into one output have come. */
type HighWater = {
  /** When the last complete export was submitted, by the org's clock, in ISO 8601 and UTC. */
  readonly submittedAt: string;
  /** Where the next one begins. */
  readonly since: string;
  /** Records of the last complete export; absent in older marks. */
  readonly rows?: number;
};

type StoredMark = {
  readonly version: 1;
  readonly mark: ExportMark;
  readonly submittedAt: string;
  readonly rows?: number;
};

/** Reads the mark of the last complete export; undefined when there was none, or it was of another query or field. */
async function readMark(mark: ExportMark, context: RunContext): Promise<HighWater | undefined> {
  const text = await readFile(pathOf(mark, context), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as StoredMark;
  const isOfIt = (['query', 'operation', 'field'] as const).every((each) => stored.mark[each] === mark[each]);
  if (!isOfIt) return undefined;
  const since = new Date(new Date(stored.submittedAt).getTime() - overlapMs).toISOString();
  const { submittedAt, rows } = stored;
  return { submittedAt, since, ...(rows === undefined ? {} : { rows }) };
}

/** Moves the mark. Only a complete export may: its job tells when the org took the query. */
export async function keepMark(
  mark: ExportMark,
  { job, rows }: { readonly job: JobInfo; readonly rows: number },
  context: RunContext,
): Promise<void> {
  const path = pathOf(mark, context);
  await makePrivateFolder(dirname(path));
  const stored: StoredMark = { version: 1, mark, submittedAt: new Date(job.createdDate).toISOString(), rows };
  const text = `${JSON.stringify(stored, undefined, 2)}\n`;
  await writeWhole(await PartFile.open(path), (file) => file.write(Buffer.from(text)));
}

/** One file per org, object and output. */
function pathOf({ object, output }: ExportMark, { org, store }: RunContext): string {
  const key = JSON.stringify([orgKey(org), object.toLowerCase(), output ?? null]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return join(store.folder, 'marks', `${name}.json`);
}
