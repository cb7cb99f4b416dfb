import { UnknownOutcomeError } from '../api/errors.js';
import { Bulk2Error } from '../errors.js';
import type { RestApi, RestRecord } from '../api/rest.js';
import type { InputRecord } from '../input/input-record.js';
import { failed, ofCollection, succeeded, type RecordResult } from './record-result.js';
import { sameValue } from './same-value.js';

/** The id of a record and, on update, its new values. */
export type RecordChange = InputRecord & { readonly Id: string };

export type ChunkTarget = {
  readonly rest: RestApi;
  readonly object: string;
  readonly operation: 'update' | 'delete';
};

/** Calls with the same records before their outcome is reported as unknown. */
const attempts = 3;

/**
 * Changes up to 200 records in one Collections call. When its answer never came, the org is asked what it has done:
 * only records that it has left as they were are sent again.
 */
export async function sendChunk(
  changes: readonly RecordChange[],
  target: ChunkTarget,
): Promise<RecordResult[]> {
  const results = new Map<string, RecordResult>();
  let open = changes;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    try {
      const answers = await send(open, target);
      for (const [index, { Id }] of open.entries()) {
        const answer = answers[index];
        results.set(Id, answer === undefined ? unknown(Id) : ofCollection(Id, answer));
      }
      break;
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
      const left = await stillOpen(open, target).catch(unknownOrThrow);
      if (left === undefined) break;
      for (const { Id } of open) if (!left.has(Id)) results.set(Id, succeeded(Id));
      open = open.filter(({ Id }) => left.has(Id));
      if (attempt < attempts) continue;
      for (const { Id } of open) results.set(Id, unknown(Id));
      break;
    }
  }
  return changes.map(({ Id }) => results.get(Id) ?? unknown(Id));
}

function send(changes: readonly RecordChange[], { rest, object, operation }: ChunkTarget) {
  if (operation === 'delete') return rest.deleteMany(changes.map(({ Id }) => Id));
  return rest.updateMany(
    changes.map(({ Id, ...values }) => ({
      attributes: { type: object },
      id: Id,
      ...collectionValues(values),
    })),
  );
}

/** JSON has null for what clears a field, and no undefined. */
function collectionValues(values: InputRecord): InputRecord {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Ids of the records that the org has not changed as it was asked to. */
async function stillOpen(changes: readonly RecordChange[], target: ChunkTarget): Promise<Set<string>> {
  const now = new Map((await read(changes, target)).map((record) => [String(record.Id), record]));
  const open = changes.filter(({ Id, ...values }) => {
    const record = now.get(Id);
    if (target.operation === 'delete') return record !== undefined;
    // A record that is gone is asked for again, and the org says so in its own words.
    return (
      record === undefined || !Object.entries(values).every(([name, value]) => sameValue(record[name], value))
    );
  });
  return new Set(open.map(({ Id }) => Id));
}

async function read(changes: readonly RecordChange[], { rest, object }: ChunkTarget): Promise<RestRecord[]> {
  const names = new Map(changes.flatMap(plainFields).map((name) => [name.toLowerCase(), name]));
  const ids = changes.map(({ Id }) => `'${Id}'`).join(',');
  const page = await rest.query(
    `SELECT ${[...names.values()].join(', ')} FROM ${object} WHERE Id IN (${ids})`,
  );
  const records: RestRecord[] = [];
  for await (const each of rest.pagesFrom(page)) records.push(...each.records);
  return records;
}

/** A parent record that is named by its external id cannot be read back, and counts as open. */
function plainFields(change: RecordChange): string[] {
  return Object.entries(change).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [] : [name],
  );
}

/** The org that cannot be asked leaves the outcome unknown. */
function unknownOrThrow(error: unknown): undefined {
  if (!(error instanceof Bulk2Error)) throw error;
}

function unknown(id: string): RecordResult {
  return failed(
    id,
    'UNKNOWN_OUTCOME',
    'The answer of the org was lost, and it is not known what it has done.',
  );
}
