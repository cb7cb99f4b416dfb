import { OrgError } from '../contracts.ts';
import { apiError, invalidJobState, invalidValue, notFound } from '../server/errors.ts';
import { empty, json } from '../server/reply.ts';
import type { Exchange, Handler } from '../server/router.ts';
import { createQueryJob } from './create-query-job.ts';
import { notTerminated } from './ingest-handlers.ts';
import { createdInfo, fullInfo, patchedInfo } from './job-info.ts';
import { abort, isFinished, type QueryJob, type QueryResults } from './job.ts';
import { decodeLocator, encodeLocator } from './locator.ts';
import { runQueryJob } from './run-query.ts';

export const createQuery: Handler = async ({ world, body, version }) => {
  const job = createQueryJob(world, await body.object(), version);
  world.run(() => runQueryJob(world, job));
  return json(createdInfo(job));
};

export const queryInfo: Handler = ({ world, params }) =>
  json(fullInfo(world.queryJobs.get(params.id), world.options.quirks));

export const abortQuery: Handler = async ({ world, params, body }) => {
  const job = world.queryJobs.get(params.id);
  const { state } = await body.object();
  if (state !== 'Aborted') throw invalidValue(typeof state === 'string' ? state : '', 'state');
  abort(job);
  return json(patchedInfo(job));
};

export const deleteQuery: Handler = ({ world, params }) => {
  const job = world.queryJobs.get(params.id);
  if (!isFinished(job)) throw notTerminated();
  world.queryJobs.delete(job);
  return empty(204);
};

export const queryResults: Handler = (exchange) => {
  const form = exchange.world.options.quirks.locators;
  const { job, results } = finishedQuery(exchange);
  const from = startOf(exchange, job, results);
  const to = pageEnd(exchange, results, { from, rows: pageRowsOf(exchange) });
  const chunks = (async function* () {
    yield results.header;
    yield* results.read(from, to);
  })();
  const locator = to < results.rows ? encodeLocator(to, job, form) : 'null';
  const headers = { 'Sforce-Locator': locator, 'Sforce-NumberOfRecords': String(to - from) };
  const same = results.same === undefined ? {} : { same: `${results.same} ${from}-${to}` };
  const body = { kind: 'csv', chunks, ...same } as const;
  return { status: 200, headers, body, maxMs: exchange.world.options.maxDownloadMs };
};

const pagesPerAnswer = 5;

/** Where pages can be had in parallel, five at a time. */
export const resultPages: Handler = (exchange) => {
  const { world, version } = exchange;
  const { quirks } = world.options;
  if (quirks.resultPages === 'missing') throw notFound();
  const { job, results } = finishedQuery(exchange);
  const pageRows = world.options.queryPageRows;
  const base = `/services/data/v${version}.0/jobs/query/${job.id}`;
  const urls: string[] = [];
  let from = startOf(exchange, job, results);
  do {
    urls.push(`${base}/results?locator=${encodeLocator(from, job, quirks.locators)}`);
    from = pageEnd(exchange, results, { from, rows: pageRows });
  } while (from < results.rows && urls.length < pagesPerAnswer);
  const done = from >= results.rows;
  const next = done ? null : `${base}/resultpages?locator=${encodeLocator(from, job, quirks.locators)}`;
  const pages =
    quirks.resultPages === 'resultPages'
      ? { resultPages: urls.map((resultUrl) => ({ resultUrl })) }
      : { resultChunks: urls.map((resultLink) => ({ resultLink })) };
  return json({ ...pages, [quirks.resultPagesNext]: next, done });
};

function finishedQuery({ world, params, version }: Exchange): { job: QueryJob; results: QueryResults } {
  const job = world.queryJobs.get(params.id);
  if (job.apiVersion !== version) {
    const message = `The job was created with API version ${job.apiVersion}.0; its results need the same version`;
    throw new OrgError('CONFLICT', message, 409);
  }
  if (job.results === undefined) {
    throw invalidJobState(`The results of a job in state ${job.state} are not available`);
  }
  return { job, results: job.results };
}

/** The first row that is asked for. */
function startOf({ query, world }: Exchange, job: QueryJob, results: QueryResults): number {
  const locator = query.get('locator');
  if (locator === null) return 0;
  const row = decodeLocator(locator, job, world.options.quirks.locators);
  if (row === undefined || row > results.rows) throw apiError(`Invalid locator: ${locator}`);
  return row;
}

/** The row behind a page: as many rows as were asked for, fewer where they are more bytes than a page may have. */
function pageEnd(
  { world }: Exchange,
  results: QueryResults,
  { from, rows }: { readonly from: number; readonly rows: number },
): number {
  const last = Math.min(from + rows, results.rows);
  const maxOffset = results.offset(from) + world.options.maxPageBytes;
  let [fits, tooFar] = [from + 1, last + 1];
  if (results.offset(last) <= maxOffset) return last;
  while (tooFar - fits > 1) {
    const middle = Math.floor((fits + tooFar) / 2);
    if (results.offset(middle) <= maxOffset) fits = middle;
    else tooFar = middle;
  }
  return fits;
}

function pageRowsOf({ query, world }: Exchange): number {
  const wanted = query.get('maxRecords');
  if (wanted === null) return world.options.queryPageRows;
  const rows = Number(wanted);
  if (!Number.isInteger(rows) || rows < 1) throw invalidValue(wanted, 'maxRecords');
  return rows;
}
