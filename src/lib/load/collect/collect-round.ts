import { delimiterCharacters } from '../../api/types.js';
import { ingestJobs } from '../../api/ingest-jobs.js';
import type { LoadPlan } from '../../run/record.js';
import { addKeySums, keyNameOf } from '../check/key-sum.js';
import { sinceResultsMoved } from '../rounds.js';
import { endedParts, sentParts, type SentPart } from '../upload/upload-parts.js';
import { sendOptions } from '../upload/upload-round.js';
import type { LoadWork } from '../work.js';
import { collectResults } from './collect.js';
import { requireFree } from './name-file.js';
import type { CollectRequest } from './collector.js';
import type { CollectProgress, FinishedJob, PerResultFile } from './request.js';
import { isStillThere } from './result-files.js';
import { gatheredIn, namesOf } from './result-paths.js';
import { onResultFiles, resumeElsewhere } from './results-folder.js';
import { sourceRowsOf, type SourceRows } from './source-rows.js';
import { adoptVersion1 } from './version-1.js';

/** The rows of a round's jobs, in files of their own. */
export type CollectedRound = {
  readonly files: PerResultFile<string>;
  readonly progress: CollectProgress;
};

/**
 * Waits for the jobs of one round of a load and gathers their results, as far as that has not been done. The rounds have
 * files of their own, so that one whose files are lost is collected again without the others.
 *
 * @param number default: the last round
 * @throws PollingTimeoutError the wait is over; what was gathered stays
 * @throws ResultFilesError they can't be written, or would take the place of files that are there
 */
export async function collectRound(
  work: LoadWork,
  number = work.journal.rounds.length - 1,
): Promise<CollectedRound> {
  const { journal, signal } = work;
  const plan = journal.rounds[number] ?? journal.rounds[0];
  const sent = sentParts(plan, journal);
  const unsent = unsentRows(plan, sent);
  const files = gatheredIn(work, number);
  return onResultFiles(work, async () => {
    if (number === 0) await adoptVersion1(journal.records, namesOf(work), files);
    const from = collectedSoFar(work, sent);
    const isDone = from?.progress.jobs === plan.parts.length && unsent.length === 0;
    if (isDone && (await isStillThere(files, from.progress))) return { files, progress: from.progress };
    await requireFree(namesOf(work), [resumeElsewhere(journal)]);
    return {
      files,
      progress: await collectResults(requestFor(work, plan, { sent, unsent, files, from, signal })),
    };
  });
}

function requestFor(
  work: LoadWork,
  plan: LoadPlan,
  {
    sent,
    ...rest
  }: { readonly sent: readonly SentPart[] } & Pick<CollectRequest, 'unsent' | 'files' | 'from' | 'signal'>,
): CollectRequest {
  const jobs = ingestJobs(work.api, rest.signal, plan.object);
  return {
    ...rest,
    jobs: finishedJobs(work, plan, sent),
    fetch: (jobId, kind, read) => jobs.results(jobId, kind, ({ body }) => read(body)),
    delimiter: delimiterCharacters[plan.columnDelimiter],
    lineEnding: plan.lineEnding,
    columns: plan.columns,
    inputRows: plan.rows,
    keyColumn: keyColumnOf(plan),
    confirm: () => work.journal.confirm(),
    onFinding: (jobId, finding) => work.events.emit('resultFinding', { jobId, finding }),
    onJobCollected: (jobId, progress) => work.journal.append({ type: 'collected', jobId, progress }),
  };
}

async function* finishedJobs(
  work: LoadWork,
  plan: LoadPlan,
  sent: readonly SentPart[],
): AsyncGenerator<FinishedJob> {
  let done = 0;
  for await (const { part, jobId, info } of endedParts(sent, sendOptions(work, plan))) {
    work.events.emit('collecting', { jobId, done, total: sent.length });
    done += 1;
    yield {
      jobId,
      processed: info.numberRecordsProcessed ?? 0,
      failed: info.numberRecordsFailed ?? 0,
      state: info.state,
      rowsSent: part.rows,
      source: sourceRowsOf(plan, part),
      keySum: addKeySums(part.segments.map(({ sum }) => sum)),
    };
  }
}

/** The rows of a halted load that are in no job. */
function unsentRows(plan: LoadPlan, sent: readonly SentPart[]): SourceRows[] {
  const indexes = new Set(sent.map(({ part }) => part.index));
  return plan.parts.filter(({ index }) => !indexes.has(index)).map((part) => sourceRowsOf(plan, part));
}

/** What the journal has of the collection of these jobs. */
function collectedSoFar({ journal }: LoadWork, sent: readonly SentPart[]): CollectRequest['from'] {
  const ofRound = new Set(sent.map(({ jobId }) => jobId));
  const collected = sinceResultsMoved(journal.records).flatMap((record) =>
    record.type === 'collected' && ofRound.has(record.jobId) ? [record] : [],
  );
  const last = collected.at(-1);
  if (last === undefined) return undefined;
  return { jobIds: collected.map(({ jobId }) => jobId), progress: last.progress as CollectProgress };
}

/** The column that tells rows apart when results come back in another order. */
function keyColumnOf({ operation, externalId, columns }: LoadPlan): string | undefined {
  const key = keyNameOf(operation, externalId);
  return columns.find((column) => column.toLowerCase() === key?.toLowerCase());
}
