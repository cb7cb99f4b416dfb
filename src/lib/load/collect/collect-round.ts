import { delimiterCharacters } from '../../api/types.js';
import { ingestJobs } from '../../api/ingest-jobs.js';
import type { LoadPlan } from '../../run/record.js';
import { addKeySums, keyNameOf } from '../keys/key-sum.js';
import { sinceResultsMoved } from '../model/rounds.js';
import { endedParts, sentParts, type SentPart } from '../upload/upload-parts.js';
import { sendOptions } from '../upload/upload-round.js';
import type { LoadWork } from '../model/work.js';
import { collectResults, type CollectRequest } from './collect.js';
import { requireFree } from './name-file.js';
import type { FinishedJob } from './request.js';
import type { CollectProgress, PerResultFile } from '../model/result-sets.js';
import { copyGathered, isStillThere } from './result-files.js';
import { gatheredBy, namesOf, writerOf, adoptVersion1 } from './result-paths.js';
import { onResultFiles, resumeElsewhere } from './results-folder.js';
import { sourceRowsOf, type SourceRows } from './source-rows.js';

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
  return onResultFiles(work, async () => {
    if (number === 0) await adoptVersion1(journal.records, namesOf(work), gatheredBy(work, 0, undefined));
    const last = await makeOwn(work, number, collectedSoFar(work, sent));
    const { files, writer } = last ?? {
      files: gatheredBy(work, number, writerOf(work)),
      writer: writerOf(work),
    };
    const isDone = last?.progress.jobs === plan.parts.length && unsent.length === 0;
    if (isDone) return { files, progress: last.progress };
    // Of what is collected beside a load, some names are those of files that stay.
    if (work.firstJobId === undefined) await requireFree(namesOf(work), resumeElsewhere(work));
    const rest = { sent, unsent, files, writer, from: last, signal };
    return { files, progress: await collectResults(requestFor(work, plan, rest)) };
  });
}

/** The last that the journal has of the collection of some jobs. */
type Collected = NonNullable<CollectRequest['from']> & { readonly writer: string | undefined };

/**
 * Goes on in the files of an earlier owner. One whose run was taken from it may be alive, and in the middle of writing to
 * them: then this owner goes on in copies.
 * @returns undefined when the files have not got what the journal says
 */
async function makeOwn(
  work: LoadWork,
  round: number,
  last: Collected | undefined,
): Promise<(Collected & { readonly files: PerResultFile<string> }) | undefined> {
  if (last === undefined) return undefined;
  const files = gatheredBy(work, round, last.writer);
  if (!(await isStillThere(files, last.progress))) return undefined;
  const { journal } = work;
  const writer = writerOf(work);
  if (last.writer === writer || journal.owner.displaced.length === 0) return { ...last, files };
  const own = gatheredBy(work, round, writer);
  await journal.confirm();
  await copyGathered(files, own, last.progress);
  await journal.append({
    type: 'collected',
    jobId: last.jobIds.at(-1) ?? '',
    progress: last.progress,
    writer,
  });
  return { ...last, writer, files: own };
}

function requestFor(
  work: LoadWork,
  plan: LoadPlan,
  {
    sent,
    writer,
    ...rest
  }: { readonly sent: readonly SentPart[]; readonly writer: string | undefined } & Pick<
    CollectRequest,
    'unsent' | 'files' | 'from' | 'signal'
  >,
): CollectRequest {
  const jobs = ingestJobs(work.api, rest.signal, plan.object);
  return {
    ...rest,
    jobs: finishedJobs(work, plan, sent),
    fetch: (jobId, kind, read) => jobs.results(jobId, kind, ({ body }) => read(body)),
    delimiter: delimiterCharacters[plan.columnDelimiter],
    lineEnding: plan.lineEnding,
    columns: plan.columns,
    kept: plan.keptColumns,
    isOfCopy: plan.ofCopy !== undefined,
    inputRows: plan.rows,
    keyColumn: keyColumnOf(plan),
    confirm: () => work.journal.confirm(),
    onFinding: (jobId, finding) => work.events.emit('resultFinding', { jobId, finding }),
    onJobCollected: (jobId, progress) => work.journal.append({ type: 'collected', jobId, progress, writer }),
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
function collectedSoFar({ journal }: LoadWork, sent: readonly SentPart[]): Collected | undefined {
  const ofRound = new Set(sent.map(({ jobId }) => jobId));
  const collected = sinceResultsMoved(journal.records).flatMap((record) =>
    record.type === 'collected' && ofRound.has(record.jobId) ? [record] : [],
  );
  const last = collected.at(-1);
  if (last === undefined) return undefined;
  const jobIds = collected.map(({ jobId }) => jobId);
  return { jobIds, progress: last.progress as CollectProgress, writer: last.writer };
}

/** The column that tells rows apart when results come back in another order. */
function keyColumnOf({ operation, externalId, columns }: LoadPlan): string | undefined {
  const key = keyNameOf(operation, externalId);
  return columns.find((column) => column.toLowerCase() === key?.toLowerCase());
}
