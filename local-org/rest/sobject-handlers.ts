import { OrgError, type SaveError, type SaveRequest, type SObjectDescribe } from '../contracts.ts';
import { fieldNamed } from '../server/field-named.ts';
import { notFound } from '../server/errors.ts';
import { empty, json, type Reply } from '../server/reply.ts';
import type { Exchange, Handler } from '../server/router.ts';

export const describeGlobal: Handler = ({ world }) =>
  json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: world.database.objects.map(summary) });

export const describe: Handler = ({ world, params }) => json(world.database.describe(params.object ?? ''));

export const basicInfo: Handler = ({ world, params }) =>
  json({ objectDescribe: summary(world.database.describe(params.object ?? '')), recentItems: [] });

export const getRecord: Handler = (exchange) => json(readRecord(exchange, 'Id', exchange.params.id ?? ''));

export const getByExternalId: Handler = (exchange) =>
  json(readRecord(exchange, exchange.params.field ?? '', exchange.params.value ?? ''));

export const createRecord: Handler = async (exchange) => {
  const reply = save(exchange, { operation: 'insert', records: [await exchange.body.object()] });
  return reply.status === 200 ? { ...reply, status: 201 } : reply;
};

export const updateRecord: Handler = async (exchange) => {
  const record = { ...(await exchange.body.object()), Id: exchange.params.id ?? '' };
  const reply = save(exchange, { operation: 'update', records: [record] });
  return reply.status === 200 ? empty(204) : reply;
};

export const deleteRecord: Handler = (exchange) => {
  const reply = save(exchange, { operation: 'delete', records: [{ Id: exchange.params.id ?? '' }] });
  return reply.status === 200 ? empty(204) : reply;
};

export const upsertRecord: Handler = async (exchange) => {
  const object = exchange.world.database.describe(exchange.params.object ?? '');
  const externalIdField = fieldNamed(object, exchange.params.field ?? '')?.name;
  if (externalIdField === undefined) throw notFound();
  const record = { ...(await exchange.body.object()), [externalIdField]: exchange.params.value ?? '' };
  return save(exchange, { operation: 'upsert', externalIdField, records: [record] });
};

/** A describe without what makes it long. */
function summary(object: SObjectDescribe): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name !== 'fields' && name !== 'childRelationships'),
  );
}

function save(
  exchange: Exchange,
  request: Pick<SaveRequest, 'operation' | 'records' | 'externalIdField'>,
): Reply {
  const { database } = exchange.world;
  const object = database.describe(exchange.params.object ?? '').name;
  const [result] = database.save({ ...request, object, source: 'json' });
  if (result === undefined) throw notFound();
  if (!result.success) return json(result.errors.map(restError), statusOf(result.errors));
  const created = request.operation === 'upsert' ? { created: result.created } : {};
  return json({ id: result.id, success: true, errors: [], ...created }, result.created ? 201 : 200);
}

/** REST proper says `errorCode` where Collections say `statusCode`. */
function restError({ statusCode, message, fields }: SaveError): Record<string, unknown> {
  return { message, errorCode: statusCode, fields };
}

function statusOf(errors: readonly SaveError[]): number {
  const code = errors[0]?.statusCode;
  return code === 'ENTITY_IS_DELETED' || code === 'INVALID_CROSS_REFERENCE_KEY' ? 404 : 400;
}

const compoundTypes: ReadonlySet<string> = new Set(['address', 'location', 'base64']);

function readRecord({ world, params, query, version }: Exchange, keyField: string, key: string): unknown {
  const object = world.database.describe(params.object ?? '');
  const wanted = query.get('fields')?.split(',');
  const all = object.fields.filter(({ type }) => !compoundTypes.has(type)).map(({ name }) => name);
  const value = key.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const soql = `SELECT ${(wanted ?? all).join(', ')} FROM ${object.name} WHERE ${keyField} = '${value}'`;
  let found: Record<string, unknown> | undefined;
  try {
    [found] = world.database.query({
      soql,
      includeDeleted: false,
      bulk: false,
      apiVersion: `${version}.0`,
    }).records;
  } catch (error) {
    // A malformed id in the path is no more than an address of nothing.
    if (error instanceof OrgError && error.errorCode === 'INVALID_QUERY_FILTER_OPERATOR') throw notFound();
    throw error;
  }
  if (found === undefined) throw notFound();
  return found;
}
