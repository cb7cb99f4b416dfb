import { OrgError, type SaveError, type SaveRequest, type SaveResult } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import type { Store } from '../store/store.ts';
import type { SaveContext } from './columns.ts';
import { DraftReader, type Draft } from './draft.ts';
import { findRepeatedKeys, identify } from './identify.ts';
import { RowError } from './row-error.ts';
import { Writer } from './write.ts';

const permissionByOperation = {
  insert: 'createable',
  update: 'updateable',
  upsert: 'createable',
  delete: 'deletable',
  hardDelete: 'deletable',
} as const;

const verbByPermission = { createable: 'create', updateable: 'update', deletable: 'delete' } as const;

function contextOf(store: Store, quirks: Quirks, request: SaveRequest): SaveContext {
  const table = store.table(request.object);
  if (table === undefined) throw new OrgError('NOT_FOUND', 'The requested resource does not exist', 404);
  const column = request.externalIdField === undefined ? undefined : table.column(request.externalIdField);
  const { operation, object, source } = request;
  return {
    store,
    table,
    quirks,
    sizeBefore: request.knownRows ?? table.size,
    request: {
      operation,
      object,
      source,
      ...(column !== undefined && { externalIdField: table.field(column).name }),
    },
  };
}

/** Refuses each record of an object that does not take the operation at all, such as the deletion of a user. */
function refusal({ table, request }: SaveContext): RowError | undefined {
  const permission = permissionByOperation[request.operation];
  if (table.schema[permission] !== false) return undefined;
  const message = `entity type ${table.schema.name} does not support ${verbByPermission[permission]}`;
  return new RowError('INVALID_TYPE_FOR_OPERATION', message);
}

/**
 * Saves each record on its own. Repeated keys are looked for first; then CSV rows are read and written one by one,
 * while JSON is read as a whole before any of it is written, since one bad value refuses the whole request.
 */
export function saveRecords(store: Store, quirks: Quirks, request: SaveRequest): SaveResult[] {
  const context = contextOf(store, quirks, request);
  const reader = new DraftReader(context);
  const writer = new Writer(context);
  const { source, records } = request;
  const refused = refusal(context);
  const repeated = findRepeatedKeys(context, reader, records);
  const wholeRequest = source === 'json' ? records.map((record) => reader.read(record)) : undefined;
  return records.map((record, at) => {
    const draft = wholeRequest?.[at] ?? reader.read(record);
    return saveDraft(context, writer, { draft, error: refused ?? draft.error ?? repeated.get(at) });
  });
}

function saveDraft(
  context: SaveContext,
  writer: Writer,
  { draft, error }: { draft: Draft; error: RowError | undefined },
): SaveResult {
  let row: number | undefined;
  try {
    row = identify(context, draft);
    if (error !== undefined) throw error;
    if (row === undefined) return writer.insert(draft);
    const isDelete = context.request.operation === 'delete' || context.request.operation === 'hardDelete';
    return isDelete ? writer.delete(row) : writer.update(draft, row);
  } catch (caught) {
    if (!(caught instanceof RowError)) throw caught;
    // A row that failed before its record was looked up reports that reason, not the look-up's.
    const reason = error ?? caught;
    const id = row === undefined ? undefined : context.table.id(row);
    return {
      success: false,
      ...(id !== undefined && { id }),
      errors: [worded(context.quirks, reason.error)],
    };
  }
}

/** An error in the words that this org was told to use. */
function worded({ errorTexts }: Quirks, error: SaveError): SaveError {
  return { ...error, message: errorTexts[error.statusCode] ?? error.message };
}
