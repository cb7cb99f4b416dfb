import { UnknownOutcomeError } from '../api/errors.js';
import { isDefiniteRefusal } from '../api/retry.js';
import type { InputRecord } from '../input/input-record.js';
import { failed, ofCollection, succeeded, type RecordResult } from './record-result.js';
import type { SavedRecord } from './save.js';
import { settle, type ChangeTarget } from './settle.js';

/** Calls with the same records before their outcome is reported as unknown. */
const attempts = 3;

/**
 * Changes up to 200 records in one Collections call. When its answer never came, the org is asked what it has done:
 * only records that it has left as they were are sent again.
 * @param maySent whether they may have been sent before: a record to delete that is gone then counts as deleted
 */
export async function sendChunk(
  records: readonly SavedRecord[],
  target: ChangeTarget,
  maySent: boolean,
): Promise<RecordResult[]> {
  const results = new Map<string, RecordResult>();
  let open = records;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    try {
      const answers = await send(open, target);
      for (const [index, { id }] of open.entries()) {
        const answer = answers[index];
        const result = answer === undefined ? unknown(id) : ofCollection(id, answer);
        const isOwnDelete = target.operation === 'delete' && (maySent || attempt > 1) && isGone(result);
        results.set(id, isOwnDelete ? succeeded(id) : result);
      }
      break;
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
      const settled = await settle(open, target, true).catch(undefinedIfRefused);
      if (settled === undefined) break;
      for (const result of settled.results) results.set(result.id, result);
      open = settled.open;
      if (attempt === attempts) break;
    }
  }
  return records.map(({ id }) => results.get(id) ?? unknown(id));
}

function send(records: readonly SavedRecord[], { rest, object, operation }: ChangeTarget) {
  if (operation === 'delete') return rest.deleteMany(records.map(({ id }) => id));
  return rest.updateMany(
    records.map(({ id, set }) => ({ attributes: { type: object }, id, ...collectionValues(set) })),
  );
}

/** JSON has null for what clears a field, and no undefined. */
function collectionValues(values: InputRecord): InputRecord {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function isGone({ errors }: RecordResult): boolean {
  return errors.some(({ errorCode }) => errorCode === 'ENTITY_IS_DELETED');
}

/** An org that does not let itself be asked leaves the outcome unknown; one that can't be reached is asked by a resume. */
function undefinedIfRefused(error: unknown): undefined {
  if (!isDefiniteRefusal(error)) throw error;
}

function unknown(id: string): RecordResult {
  return failed(
    id,
    'UNKNOWN_OUTCOME',
    'The answer of the org was lost, and it is not known what it has done.',
  );
}
