import { ApiError } from '../api/errors.js';
import { isDefiniteRefusal } from '../api/retry.js';
import { failed, type RecordResult } from './record-result.js';
import type { SavedRecord } from './save.js';
import { sendChunk } from './send-chunk.js';
import { settle, type ChangeTarget } from './settle.js';

/** What is known of a chunk before it is sent. Before a resume sends one it asks the org for the records. */
export type ChunkHistory = 'new' | 'resumed' | 'maySent';

/** What has become of a chunk. */
export type SentChunk = {
  /** One a record, in order. */
  readonly results: readonly RecordResult[];
  /** The org has refused who sends, and would refuse what follows as well. */
  readonly refusal?: ApiError;
};

/** So many calls refused and none taken: nothing of these records will be, and the day's calls are not for that. */
const mostVainCalls = 15;

/**
 * Sends chunks of up to 200 records so that each record fails for itself. A value that the org cannot read (a word for
 * a number) refuses its whole call, and nothing of it is changed: the call is then sent again in halves, until the
 * records that are refused are alone.
 */
export class ApartSender {
  readonly #target: ChangeTarget;
  /** Whether the org has taken anything of the last chunk. */
  #isHopeful = true;

  constructor(target: ChangeTarget) {
    this.#target = target;
  }

  /** @throws Bulk2Error it isn't known what has become of the chunk: a resume asks the org */
  async send(chunk: readonly SavedRecord[], history: ChunkHistory): Promise<SentChunk> {
    const maySent = history === 'maySent';
    const settled = history === 'new' ? undefined : await settle(chunk, this.#target, maySent);
    const results = new Map(settled?.results.map((result) => [result.id, result]));
    const refusal = await this.#sendOpen(settled?.open ?? chunk, maySent, results);
    const inOrder = chunk.flatMap(({ id }) => results.get(id) ?? []);
    return refusal === undefined ? { results: inOrder } : { results: inOrder, refusal };
  }

  /** @returns the refusal that all that was left of the records has met */
  async #sendOpen(
    open: readonly SavedRecord[],
    maySent: boolean,
    results: Map<string, RecordResult>,
  ): Promise<ApiError | undefined> {
    if (open.length === 0) return undefined;
    let vainCalls = this.#isHopeful ? 0 : mostVainCalls;
    let isTaken = false;
    const waiting = [open];
    for (let records = waiting.shift(); records !== undefined; records = waiting.shift()) {
      const answer = await sendChunk(records, this.#target, maySent).catch(refusalOrThrow);
      if (!(answer instanceof ApiError)) {
        for (const result of answer) results.set(result.id, result);
        isTaken = true;
        continue;
      }
      // 400 is about what was sent; anything else is about who sends it.
      const isOfRecords = answer.status === 400;
      vainCalls += 1;
      if (isOfRecords && records.length > 1 && (isTaken || vainCalls <= mostVainCalls)) {
        waiting.push(...halvesOf(records));
        continue;
      }
      const refused = isOfRecords ? records : [records, ...waiting].flat();
      for (const { id } of refused) results.set(id, failed(id, answer.errorCode, answer.message));
      if (!isOfRecords) return answer;
    }
    this.#isHopeful = isTaken;
    return undefined;
  }
}

function halvesOf<T>(items: readonly T[]): ReadonlyArray<readonly T[]> {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** The org has done nothing of a call that it has refused. */
function refusalOrThrow(error: unknown): ApiError {
  if (error instanceof ApiError && (error.status === 400 || isDefiniteRefusal(error))) return error;
  throw error;
}
