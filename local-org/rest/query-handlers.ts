import { OrgError, type QueryOutcome } from '../contracts.ts';
import { json, type Reply } from '../server/reply.ts';
import type { Exchange, Handler } from '../server/router.ts';
import { queryWithTables } from '../tables/with-tables.ts';
import { columnMetadata } from './column-metadata.ts';

const minBatchSize = 200;
const maxBatchSize = 2000;

export const query: Handler = (exchange) => start(exchange, false);

export const queryAll: Handler = (exchange) => start(exchange, true);

/** The next page, by the locator at the end of `nextRecordsUrl`. */
export const queryMore: Handler = (exchange) => {
  const locator = exchange.params.locator ?? '';
  const [id = '', from = ''] = locator.split('-');
  const cursor = exchange.world.cursors.get(id);
  if (cursor === undefined || !/^\d+$/.test(from)) {
    throw new OrgError('INVALID_QUERY_LOCATOR', 'invalid query locator');
  }
  return page(exchange, { id, ...cursor }, Number(from));
};

function start(exchange: Exchange, includeDeleted: boolean): Reply {
  const soql = exchange.query.get('q');
  if (soql === null) throw new OrgError('MALFORMED_QUERY', 'SOQL statements cannot be empty or null');
  const { world } = exchange;
  const request = { soql, includeDeleted, bulk: false, apiVersion: `${exchange.version}.0` };
  const outcome = queryWithTables(world.database, world.tables, request);
  if (exchange.query.get('columns') === 'true') return json(columnMetadata(outcome, world.database));
  if (outcome.count !== undefined) return json({ totalSize: outcome.count, done: true, records: [] });
  const pageRows = pageRowsOf(exchange);
  const id = outcome.size > pageRows ? world.newId('cursor') : '';
  if (id !== '') world.cursors.open(id, { outcome, pageRows });
  return page(exchange, { id, outcome, pageRows }, 0);
}

type Page = { readonly id: string; readonly outcome: QueryOutcome; readonly pageRows: number };

function page({ version }: Exchange, { id, outcome, pageRows }: Page, from: number): Reply {
  const to = Math.min(from + pageRows, outcome.size);
  const done = to >= outcome.size;
  return json({
    totalSize: outcome.size,
    done,
    ...(done ? {} : { nextRecordsUrl: `/services/data/v${version}.0/query/${id}-${to}` }),
    records: [...outcome.slice(from, to).records],
  });
}

/** `Sforce-Query-Options: batchSize=N`, within the service's bounds. */
function pageRowsOf({ headers, world }: Exchange): number {
  const wanted = /batchSize=(\d+)/i.exec(String(headers['sforce-query-options'] ?? ''))?.[1];
  if (wanted === undefined) return world.options.restPageRows;
  return Math.min(maxBatchSize, Math.max(minBatchSize, Number(wanted)));
}

const noSandbox = { size: 0, totalSize: 0, done: true, queryLocator: null, records: [] };

/** Asked at login whether the org is somebody's sandbox: it is nobody's. Of other objects it has what it was given. */
export const toolingQuery: Handler = ({ world, query: parameters }) => {
  const soql = parameters.get('q') ?? '';
  const object = /\bfrom\s+(\w+)/i.exec(soql)?.[1] ?? '';
  if (world.database.toolingObjects.includes(object)) return json({ ...noSandbox, entityTypeName: object });
  const records = world.options.tooling[object];
  if (records !== undefined) {
    const size = records.length;
    return json({ size, totalSize: size, done: true, queryLocator: null, entityTypeName: object, records });
  }
  const message = `sObject type '${object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`;
  throw new OrgError('INVALID_TYPE', message);
};
