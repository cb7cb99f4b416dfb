import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { restApi } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import type { Events } from '../events.js';
import { PartFile } from '../files/part-file.js';
import { readNdjson } from '../input/ndjson-in.js';
import { readableOnly } from '../input/unreadable-record.js';
import type { LoadEvents } from '../load/model/events.js';
import type { RunContext } from '../run/context.js';
import type { Journal } from '../run/journal.js';
import type { ChangePlan, ChangeProgress } from '../run/change-plan.js';
import type { JournalRecord } from '../run/record.js';
import { isSkipped, notProcessed, type RecordResult, resultsPathOf } from './record-result.js';
import { changesPathOf, type SavedRecord } from './save.js';
import { ApartSender, type ChunkHistory } from './send-apart.js';
import type { ChangeTarget } from './settle.js';

/** What SObject Collections take in one call (REST guide: SObject Collections). */
const chunkRecords = 200;

/** A change over SObject Collections, held by this process. */
export type CollectionsWork = {
  readonly runId: string;
  readonly plan: ChangePlan;
  readonly journal: Journal;
  readonly context: RunContext;
  readonly events: Events<LoadEvents>;
  readonly onChanged: ((progress: ChangeProgress) => void) | undefined;
};

/** How far a change has come, by its journal. */
type Answered = {
  /** Records that have a result. */
  readonly to: number;
  /** Bytes of the file of results. */
  readonly offset: number;
  readonly progress: ChangeProgress;
  /** A call was begun behind them, and its answer is not known. */
  readonly maySent: boolean;
};

/**
 * Changes the saved records in calls of 200, one after the other, from where the journal says that it stopped. Before
 * each call and after its answer there is a record in the journal.
 */
export async function applyCollections(work: CollectionsWork): Promise<void> {
  const { runId, journal, plan, context } = work;
  const answered = answeredIn(journal.replayed);
  if (answered.to < plan.rows || answered.offset === 0) await sendRest(work, answered);
  await rm(changesPathOf(runId, context), { force: true });
  await journal.append({ type: 'done', at: new Date().toISOString(), summary: undefined });
}

export function answeredIn(records: readonly JournalRecord[]): Answered {
  const last = records.findLast((record) => record.type === 'answered');
  const { to, offset, progress } = last ?? { to: 0, offset: 0, progress: noProgress };
  return { to, offset, progress, maySent: records.some((each) => each.type === 'send' && each.from >= to) };
}

const noProgress: ChangeProgress = { successful: 0, failed: 0, skipped: 0 };

async function sendRest(work: CollectionsWork, answered: Answered): Promise<void> {
  const { runId, journal, context, onChanged } = work;
  const path = resultsPathOf(runId, context);
  const place = { kind: 'file', path, partial: path, mode: 0o600 } as const;
  const results = await PartFile.open(place, answered.offset);
  const isResumed = journal.replayed.length > 0;
  try {
    const sender = new ChunkSender(work);
    let { to, progress, maySent } = answered;
    onChanged?.(progress);
    for await (const chunk of chunksOf(changesPathOf(runId, context), to)) {
      const history = maySent ? 'maySent' : isResumed ? 'resumed' : 'new';
      const known = await sender.send(chunk, to, history);
      await results.write(Buffer.from(known.map((result) => `${JSON.stringify(result)}\n`).join('')));
      to += chunk.length;
      progress = withResults(progress, known);
      await journal.append({ type: 'answered', to, offset: await results.sync(), progress });
      maySent = false;
      onChanged?.(progress);
    }
  } finally {
    await results.close();
  }
}

/** Sends chunk after chunk, until the org refuses: it would refuse what follows as well. */
class ChunkSender {
  readonly #work: CollectionsWork;
  readonly #sender: ApartSender;
  #refusal: string | undefined;

  constructor(work: CollectionsWork) {
    this.#work = work;
    this.#sender = new ApartSender(targetOf(work));
  }

  async send(
    chunk: readonly SavedRecord[],
    from: number,
    history: ChunkHistory,
  ): Promise<readonly RecordResult[]> {
    if (this.#refusal !== undefined) {
      const reason = `Not sent, since the org refused the call before: ${this.#refusal}`;
      return chunk.map(({ id }) => notProcessed(id, reason));
    }
    await this.#work.journal.append({ type: 'send', from, to: from + chunk.length });
    const { results, refusal } = await this.#sender.send(chunk, history);
    this.#refusal = refusal?.message;
    return results;
  }
}

function targetOf({ plan, journal, context, events }: CollectionsWork): ChangeTarget {
  const { object, operation, stampField } = plan;
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), context.retryPolicy);
  const signals = context.signal === undefined ? [journal.lost] : [journal.lost, context.signal];
  return { rest: restApi(api, AbortSignal.any(signals)), object, operation, stampField };
}

function withResults(progress: ChangeProgress, results: readonly RecordResult[]): ChangeProgress {
  const successful = results.filter(({ success }) => success).length;
  const skipped = results.filter(isSkipped).length;
  return {
    successful: progress.successful + successful,
    failed: progress.failed + results.length - successful - skipped,
    skipped: progress.skipped + skipped,
  };
}

async function* chunksOf(path: string, from: number): AsyncGenerator<SavedRecord[]> {
  let chunk: SavedRecord[] = [];
  let row = 0;
  for await (const record of readableOnly(readNdjson(createReadStream(path), 'records of the query'))) {
    if ((row += 1) <= from || chunk.push(record as SavedRecord) < chunkRecords) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
