import { ApiError } from '../api/errors.js';
import { failed, type RecordResult } from './record-result.js';
import { sendChunk, type ChunkTarget, type RecordChange } from './send-chunk.js';

/** So many calls refused and none taken: nothing of these records will be, and the day's calls are not for that. */
const mostVainCalls = 15;

/**
 * Sends chunks of up to 200 records so that each record fails for itself. A value that the org cannot read (a word for
 * a number) refuses its whole call, and nothing of it is changed: the call is then sent again in halves, until the
 * records that are refused are alone.
 */
export class ApartSender {
  readonly #target: ChunkTarget;
  /** Whether the org has taken anything of the last chunk. */
  #isHopeful = true;

  constructor(target: ChunkTarget) {
    this.#target = target;
  }

  /** @returns a result a record, in order @throws Bulk2Error the org refuses whatever is sent */
  async send(chunk: readonly RecordChange[]): Promise<RecordResult[]> {
    const results = new Map<string, RecordResult>();
    let vainCalls = this.#isHopeful ? 0 : mostVainCalls;
    let isTaken = false;
    const waiting: Array<readonly RecordChange[]> = [chunk];
    for (let records = waiting.shift(); records !== undefined; records = waiting.shift()) {
      const answer = await sendChunk(records, this.#target).catch(refusalOrThrow);
      if (!(answer instanceof ApiError)) {
        for (const result of answer) results.set(result.id, result);
        isTaken = true;
        continue;
      }
      vainCalls += 1;
      const { errorCode, message } = answer;
      if (records.length > 1 && (isTaken || vainCalls <= mostVainCalls)) waiting.push(...halvesOf(records));
      else for (const { Id } of records) results.set(Id, failed(Id, errorCode, message));
    }
    this.#isHopeful = isTaken;
    return chunk.flatMap(({ Id }) => results.get(Id) ?? []);
  }
}

function halvesOf<T>(items: readonly T[]): ReadonlyArray<readonly T[]> {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** 400 is about what was sent; anything else is about who sends it, or about the org. */
function refusalOrThrow(error: unknown): ApiError {
  if (error instanceof ApiError && error.status === 400) return error;
  throw error;
}
