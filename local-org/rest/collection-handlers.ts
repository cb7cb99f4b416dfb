import { OrgError, type InputRecord, type Operation, type SaveError, type SaveResult } from '../contracts.ts';
import { notFound } from '../server/errors.ts';
import { fieldNamed } from '../server/field-named.ts';
import { json, type Reply } from '../server/reply.ts';
import type { Handler } from '../server/router.ts';
import type { World } from '../server/world.ts';

const maxRecords = 200;
const maxRuns = 10;

export const createRecords: Handler = async ({ world, body }) => {
  const { allOrNone, runs } = parseBody(await body.object());
  return saveRuns(world, { operation: 'insert', allOrNone, runs });
};

export const updateRecords: Handler = async ({ world, body }) => {
  const { allOrNone, runs } = parseBody(await body.object());
  return saveRuns(world, { operation: 'update', allOrNone, runs: runs.map(withId) });
};

export const upsertRecords: Handler = async ({ world, params, body }) => {
  const { allOrNone, runs } = parseBody(await body.object());
  const object = world.database.describe(params.object ?? '');
  const isOther = runs.some((run) => run.object.toLowerCase() !== object.name.toLowerCase());
  if (isOther) throw new OrgError('INVALID_FIELD', `All records must be of type ${object.name}`);
  const externalIdField = fieldNamed(object, params.field ?? '')?.name;
  if (externalIdField === undefined) throw notFound();
  return saveRuns(world, { operation: 'upsert', allOrNone, runs, externalIdField });
};

export const deleteRecords: Handler = ({ world, query }) => {
  const ids = (query.get('ids') ?? '').split(',').filter((id) => id !== '');
  checkCount(ids.length);
  const runs: Run[] = [];
  for (const id of ids) {
    const object = objectOfId(world, id);
    if (runs.at(-1)?.object !== object) runs.push({ object, records: [] });
    runs.at(-1)?.records.push({ Id: id });
  }
  return saveRuns(world, { operation: 'delete', allOrNone: query.get('allOrNone') === 'true', runs });
};

export const getRecords: Handler = ({ world, params, query, version }) => {
  const object = world.database.describe(params.object ?? '').name;
  const fields = query.get('fields') ?? 'Id';
  const ids = (query.get('ids') ?? '').split(',').filter((id) => /^\w+$/.test(id));
  const read = (id: string): unknown => {
    const soql = `SELECT ${fields} FROM ${object} WHERE Id = '${id}'`;
    const { records } = world.database.query({
      soql,
      includeDeleted: false,
      bulk: false,
      apiVersion: `${version}.0`,
    });
    return [...records][0] ?? null;
  };
  return json(ids.map(read));
};

/** Neighbouring records of one type. */
type Run = { readonly object: string; readonly records: InputRecord[] };

type Save = {
  readonly operation: Operation;
  readonly allOrNone: boolean;
  readonly runs: readonly Run[];
  readonly externalIdField?: string;
};

function parseBody(body: Readonly<Record<string, unknown>>): { allOrNone: boolean; runs: Run[] } {
  const { records } = body;
  if (!Array.isArray(records)) throw new OrgError('INVALID_INPUT', 'The records property is required');
  checkCount(records.length);
  const runs: Run[] = [];
  for (const record of records as Array<Record<string, unknown>>) {
    const { attributes, ...fields } = record;
    const object = (attributes as { type?: unknown } | undefined)?.type;
    if (typeof object !== 'string') {
      throw new OrgError('INVALID_INPUT', 'The type attribute is required for each record');
    }
    if (runs.at(-1)?.object !== object) runs.push({ object, records: [] });
    runs.at(-1)?.records.push(fields);
  }
  if (runs.length > maxRuns) {
    throw new OrgError('INVALID_INPUT', `The records change type more than ${maxRuns} times`);
  }
  return { allOrNone: body.allOrNone === true, runs };
}

function checkCount(count: number): void {
  if (count <= maxRecords) return;
  const message = `record limit reached. cannot submit more than ${maxRecords} records into this call`;
  throw new OrgError('EXCEEDED_ID_LIMIT', message);
}

/** Collections take the id in any case. */
function withId(run: Run): Run {
  return {
    object: run.object,
    records: run.records.map((record) => {
      const name = Object.keys(record).find((key) => key.toLowerCase() === 'id') ?? 'Id';
      const { [name]: id, ...rest } = record;
      return { ...rest, Id: id };
    }),
  };
}

function saveRuns(world: World, { runs, allOrNone, ...save }: Save): Reply {
  const rollBack = world.database.savepoint();
  const results: SaveResult[] = runs.flatMap(({ object, records }) =>
    world.database.find(object) === undefined
      ? records.map((): SaveResult => ({ success: false, errors: [unknownType(object)] }))
      : world.database.save({ ...save, object, records, source: 'json' }),
  );
  const failed = allOrNone && results.some(({ success }) => !success);
  if (failed) rollBack();
  return json(results.map((result) => toItem(failed ? rolledBack(result, world) : result, save.operation)));
}

/** A failure shows no id, unless it was undone and kept it. */
type Item = SaveResult & { readonly keepsId?: boolean };

function toItem(result: Item, operation: Operation): Record<string, unknown> {
  const { id } = result;
  if (!result.success)
    return { ...(result.keepsId === true && { id }), success: false, errors: result.errors };
  const created = operation === 'upsert' ? { created: result.created } : {};
  return { id: result.id, success: true, errors: [], ...created };
}

function rolledBack(result: SaveResult, { options }: World): Item {
  if (!result.success) return result;
  const message =
    'Record rolled back because not all records were valid and the request was using AllOrNone header';
  return {
    success: false,
    id: result.id,
    keepsId: options.quirks.rolledBackKeepsId,
    errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message, fields: [] }],
  };
}

function unknownType(object: string): SaveError {
  return { statusCode: 'INVALID_TYPE', message: `sObject type '${object}' is not supported.`, fields: [] };
}

/** Which object an id belongs to, by its prefix. */
function objectOfId(world: World, id: string): string {
  return world.database.objects.find(({ keyPrefix }) => id.startsWith(keyPrefix))?.name ?? '';
}
