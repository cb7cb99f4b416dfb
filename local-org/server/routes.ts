import * as ingest from '../bulk/ingest-handlers.ts';
import * as results from '../bulk/ingest-results.ts';
import { listJobs } from '../bulk/list-jobs.ts';
import * as queries from '../bulk/query-handlers.ts';
import * as collections from '../rest/collection-handlers.ts';
import * as oauth from '../rest/oauth-handlers.ts';
import * as rest from '../rest/query-handlers.ts';
import * as sobjects from '../rest/sobject-handlers.ts';
import * as versions from '../rest/version-handlers.ts';
import type { Family, Handler, Route } from './router.ts';

type Extras = Pick<Route, 'streamed' | 'refine'>;

/** `route('GET v/query', 'rest.query', handler)`. */
function maker(family: Family, since = 0) {
  return (address: string, endpoint: string, handler: Handler, extras: Extras = {}): Route => {
    const [method = '', pattern = ''] = address.split(' ');
    return { method, pattern, endpoint, family, since, handler, ...extras };
  };
}

const login = maker('login');
const open = maker('public');
const rest31 = maker('rest');
const ingest41 = maker('bulk', 41);
const query47 = maker('bulk', 47);
const collections42 = maker('rest', 42);

/** Every address of the org. */
export const routes: readonly Route[] = [
  login('POST services/oauth2/token', 'oauth.token', oauth.token),
  login('POST services/oauth2/revoke', 'oauth.revoke', oauth.revoke),
  login('GET services/oauth2/userinfo', 'oauth.userinfo', oauth.userinfo),
  login('GET id/:org/:user', 'oauth.identity', oauth.identity),
  open('GET services/data', 'rest.versions', versions.versions),
  rest31('GET v', 'rest.resources', versions.resources),
  rest31('GET v/limits', 'rest.limits', versions.limits),
  rest31('GET v/query', 'rest.query', rest.query),
  rest31('GET v/query/:locator', 'rest.queryMore', rest.queryMore),
  rest31('GET v/queryAll', 'rest.queryAll', rest.queryAll),
  rest31('GET v/queryAll/:locator', 'rest.queryMore', rest.queryMore),
  rest31('GET v/tooling/query', 'tooling.query', rest.toolingQuery),
  rest31('GET v/sobjects', 'rest.describeGlobal', sobjects.describeGlobal),
  rest31('GET v/sobjects/:object', 'rest.sobject', sobjects.basicInfo),
  rest31('POST v/sobjects/:object', 'rest.record.create', sobjects.createRecord),
  rest31('GET v/sobjects/:object/describe', 'rest.describe', sobjects.describe),
  rest31('GET v/sobjects/:object/:id', 'rest.record.get', sobjects.getRecord),
  rest31('PATCH v/sobjects/:object/:id', 'rest.record.update', sobjects.updateRecord),
  rest31('DELETE v/sobjects/:object/:id', 'rest.record.delete', sobjects.deleteRecord),
  rest31('GET v/sobjects/:object/:field/:value', 'rest.record.get', sobjects.getByExternalId),
  rest31('PATCH v/sobjects/:object/:field/:value', 'rest.record.upsert', sobjects.upsertRecord),
  collections42('POST v/composite/sobjects', 'collections.create', collections.createRecords),
  collections42('PATCH v/composite/sobjects', 'collections.update', collections.updateRecords),
  collections42('DELETE v/composite/sobjects', 'collections.delete', collections.deleteRecords),
  collections42('GET v/composite/sobjects/:object', 'collections.get', collections.getRecords),
  maker('rest', 46)(
    'PATCH v/composite/sobjects/:object/:field',
    'collections.upsert',
    collections.upsertRecords,
  ),
  ingest41('POST v/jobs/ingest', 'ingest.create', ingest.createJob),
  ingest41('GET v/jobs/ingest', 'ingest.list', (exchange) => listJobs(exchange, 'ingest')),
  ingest41('GET v/jobs/ingest/:id', 'ingest.info', ingest.jobInfo),
  ingest41('PATCH v/jobs/ingest/:id', 'ingest.close', ingest.patchJob, { refine: ingest.patchEndpoint }),
  ingest41('DELETE v/jobs/ingest/:id', 'ingest.delete', ingest.deleteJob),
  ingest41('PUT v/jobs/ingest/:id/batches', 'ingest.upload', ingest.uploadData, { streamed: true }),
  ingest41(
    'GET v/jobs/ingest/:id/~successfulResults',
    'ingest.results.successful',
    results.successfulResults,
  ),
  ingest41('GET v/jobs/ingest/:id/~failedResults', 'ingest.results.failed', results.failedResults),
  ingest41(
    'GET v/jobs/ingest/:id/~unprocessedRecords',
    'ingest.results.unprocessed',
    results.unprocessedRecords,
  ),
  query47('POST v/jobs/query', 'query.create', queries.createQuery),
  query47('GET v/jobs/query', 'query.list', (exchange) => listJobs(exchange, 'query')),
  query47('GET v/jobs/query/:id', 'query.info', queries.queryInfo),
  query47('PATCH v/jobs/query/:id', 'query.abort', queries.abortQuery),
  query47('DELETE v/jobs/query/:id', 'query.delete', queries.deleteQuery),
  query47('GET v/jobs/query/:id/~results', 'query.results', queries.queryResults),
  maker('bulk', 58)('GET v/jobs/query/:id/~resultPages', 'query.resultPages', queries.resultPages),
];
