import { fitsAddress, restApi, type RestApi, type RestQueryPage, type RestRecord } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { type DescribeOf, describer } from '../describe/describe.js';
import { FieldIndex, fieldAt } from '../describe/field-index.js';
import { noObject } from '../describe/no-object.js';
import { UsageError } from '../errors.js';
import { resolveRelationship } from '../load/check/resolve-relationship.js';
import { checkSoql } from '../soql/check.js';
import { isBlob, isCompound } from '../soql/fields.js';
import { SoqlError } from '../soql/problem.js';
import type { SelectedItem } from '../soql/shape.js';
import type { SoqlOutline } from '../soql/outline.js';
import { outlineForRewrite, withFields } from '../soql/rewrite.js';
import { distinctNames } from '../soql/select-all.js';
import type { RunContext } from '../run/context.js';
import { runQueryJob, type QueryToRun } from '../export/query-job.js';
import { requireOffered, routeFor, type ByQueryRequest, type Route } from './request.js';
import { readyTemplate } from './template.js';

/** What a query has found, counted and not yet read. */
export type FoundRecords = {
  readonly request: ByQueryRequest;
  readonly object: string;
  readonly fields: FieldIndex;
  readonly describeOf: DescribeOf;
  /** Selects the id and what the change needs. */
  readonly soql: string;
  readonly count: number;
  readonly route: Route;
  readonly source: FoundSource;
  /** The fields being set; undefined where a mapping decides for each record. */
  readonly sets: readonly string[] | undefined;
  /** The field that tells when a record was last modified; absent: the object has none. */
  readonly stampField?: string;
  /** The new values of a record, without its id. */
  readonly changeOf: (record: RestRecord) => unknown;
};

/** What counted the records, and has them: a REST query, or a finished Bulk query. */
export type FoundSource = { readonly firstPage: RestQueryPage } | { readonly job: JobInfo };

/**
 * Checks the query and the change, and counts the records: nothing is changed.
 * @throws UsageError | SoqlError the query or the change cannot be carried out
 */
export async function findRecords(request: ByQueryRequest, context: RunContext): Promise<FoundRecords> {
  await requireChangeable(request);
  const rest = restApi(withRetry(context.api, undefined, context.retryPolicy), context.signal);
  const describeOf = describer(rest);
  const outline = outlineForRewrite(request.soql);
  const { object: token } = outline;
  const describe = await describeOf(token.text);
  if (describe === undefined) throw await noObject(token.text, rest);
  const fields = new FieldIndex(describe);
  const plan = planOf(request, outline, fields);
  await requireKeysOfParents(plan.parents, fields, describeOf);
  await requireSingleValues(plan.reads, fields, describeOf);
  if (plan.soql !== request.soql) await requireGivenQuery(request.soql, describeOf, rest);
  const { problems } = await checkSoql(plan.soql, { describeOf });
  const impossible = problems.filter(({ restServes }) => !restServes);
  if (impossible.length > 0) throw new SoqlError(impossible);
  const { source, count } = await countRecords({ soql: plan.soql, object: describe.name }, context);
  const route = routeFor(request, count);
  // What REST can count, Bulk may not be able to read.
  if (route === 'bulk' && problems.length > 0) throw new SoqlError(problems);
  return { request, object: describe.name, fields, describeOf, count, route, source, ...plan };
}

/** Judges the request as far as that can be without asking the org. @throws UsageError | SoqlError */
export async function requireChangeable(request: ByQueryRequest): Promise<void> {
  requireOffered(request);
  await requireRecords(request.soql);
}

/** A query that is too long for an address is counted by a Bulk query, which then has the records as well. */
async function countRecords(
  query: QueryToRun,
  context: RunContext,
): Promise<Pick<FoundRecords, 'source' | 'count'>> {
  if (fitsAddress(query.soql)) {
    const rest = restApi(withRetry(context.api, undefined, context.retryPolicy), context.signal);
    const firstPage = await rest.query(query.soql);
    return { source: { firstPage }, count: firstPage.totalSize };
  }
  const job = await runQueryJob(query, context);
  return { source: { job }, count: job.numberRecordsProcessed ?? 0 };
}

type Plan = Pick<FoundRecords, 'soql' | 'sets' | 'stampField' | 'changeOf'> & {
  /** See `ReadyTemplate`. */
  readonly parents?: readonly string[];
  readonly reads?: readonly string[];
};

/** @throws UsageError a parent can't be named so */
async function requireKeysOfParents(
  paths: readonly string[] = [],
  fields: FieldIndex,
  describeOf: DescribeOf,
): Promise<void> {
  for (const path of paths) {
    const resolved = await resolveRelationship(path, fields, describeOf);
    if ('problem' in resolved) throw new UsageError(resolved.problem.message);
  }
}

/** @throws UsageError a template reads what is no text: REST has objects for addresses, and addresses for files */
async function requireSingleValues(
  paths: readonly string[] = [],
  fields: FieldIndex,
  describeOf: DescribeOf,
): Promise<void> {
  for (const path of paths) {
    const field = await fieldAt(path, fields, describeOf);
    if (field === undefined || !(isCompound(field) || isBlob(field))) continue;
    const placeholder = `"\${${path}}"`;
    if (isBlob(field)) throw new UsageError(`${placeholder} is a file, which is no value to set.`);
    throw new UsageError(`${placeholder} is made of several fields.`, {
      actions: ['Name those that you want one by one, such as ${BillingCity}.'],
    });
  }
}

function planOf(request: ByQueryRequest, outline: SoqlOutline, fields: FieldIndex): Plan {
  const stamp = (fields.field('SystemModstamp') ?? fields.field('LastModifiedDate'))?.name;
  const stamps = stamp === undefined ? [] : [stamp];
  const stampField = stamp === undefined ? {} : { stampField: stamp };
  if (request.operation !== 'update')
    return { soql: withFields(outline, ['Id', ...stamps]), sets: [], changeOf: () => ({}), ...stampField };
  const { change } = request;
  if (typeof change === 'function')
    return { soql: withMore(outline, ['Id', ...stamps]), sets: undefined, changeOf: change, ...stampField };
  const { sets, parents, reads, apply } = readyTemplate(change, fields);
  const selected = distinctNames(['Id', ...sets, ...reads, ...stamps]);
  return { soql: withFields(outline, selected), sets, parents, reads, changeOf: apply, ...stampField };
}

/** A mapping sees what the query selects, and these fields if it does not select them. */
function withMore(outline: SoqlOutline, names: readonly string[]): string {
  const { soql, selectList, items, aliases } = outline;
  const texts = items.map(({ start, end }) => soql.slice(start, end));
  const isGiven = (name: string): boolean =>
    texts.some((text) => {
      const [last = '', ...path] = text.toLowerCase().split('.').reverse();
      return last === name.toLowerCase() && path.every((prefix) => aliases.get(prefix) === '');
    });
  // All fields are these as well, and none may come twice.
  const missing = texts.some((text) => /^FIELDS\b/i.test(text)) ? [] : names.filter((name) => !isGiven(name));
  if (missing.length === 0) return soql;
  return withFields(outline, [...missing, soql.slice(selectList.start, selectList.end)]);
}

/**
 * Refuses a query that does not find records, judged as it was given: with its select list replaced, a query that
 * counts or groups would find every record of the object. Nothing is asked of the org.
 */
async function requireRecords(soql: string): Promise<void> {
  const { shape, problems, unread } = await checkSoql(soql);
  const wrong = [...problems, ...(unread === undefined ? [] : [unread])].filter(
    ({ restServes }) => !restServes,
  );
  if (shape === undefined || wrong.length > 0) throw new SoqlError(wrong);
  const computed = shape.computing?.text ?? shape.items.find(computes)?.text;
  if (computed === undefined) return;
  throw new UsageError(
    `This query uses ${computed}; only a query that finds records can be used to change them.`,
    {
      actions: ['Leave out aggregate functions, GROUP BY and HAVING: select Id.'],
      data: { soql },
    },
  );
}

/**
 * Refuses a query that the org would refuse as it was given, though it would run once its select list has been
 * replaced: `SELECT Count FROM Account` would change every account. Describes vouch for fields; what else is selected
 * the org judges itself.
 */
async function requireGivenQuery(soql: string, describeOf: DescribeOf, rest: RestApi): Promise<void> {
  const { shape, problems } = await checkSoql(soql, { describeOf });
  const wrong = problems.filter(({ code, restServes }) => !restServes && code !== 'TOO_LONG');
  if (wrong.length > 0) throw new SoqlError(wrong);
  const isPlain = shape?.items.every(({ kind, alias }) => kind === 'field' && alias === undefined);
  if (isPlain === true) return;
  if (!fitsAddress(soql)) {
    throw new UsageError('The query is too long for the org to check what it selects.', {
      actions: ['Select Id, or plain fields: the selected values are not needed for the change.'],
      data: { soql },
    });
  }
  await rest.query(soql);
}

/** Functions that give the values of fields. Others in a select list may compute over several records. */
const valueFunctions = ['TOLABEL', 'FORMAT', 'CONVERTCURRENCY', 'FIELDS'];

function computes({ functions }: SelectedItem): boolean {
  return !functions.every((name) => valueFunctions.includes(name));
}
