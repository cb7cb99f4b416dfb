import { UsageError } from '../../errors.js';
import { retriesOf } from '../../load/account.js';
import { filesOfStep } from '../../load/files-of-copy.js';
import { goOn, maybeLoaded, whileNoneBegins } from '../../load/loaded-otherwise.js';
import { loadsOfFiles, type Loaded } from '../../load/loads-of-files.js';
import { loadStatusOf } from '../../load/model/status.js';
import type { WrittenFile } from '../../load/retry/edited-files.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import type { InputMark, RunOrg } from '../../run/record.js';
import { isFinished, nameOfRun, type RunStore, type RunView } from '../../run/store.js';
import { hasSavedRow } from './saved-rows.js';
import { copyFilesOf, hasTellingIds } from '../model/copy-files.js';
import type { CopyWork } from '../model/work.js';
import { sendingOf } from '../steps/step-row.js';

// The rows that a copy has left can be retried, or their result file can be loaded as any other file: then they are in the
// target, and the copy knows nothing of them.

/** The files whose rows a retry of a copy sends. */
export type SentFiles = {
  readonly step: CopyStep;
  /** The end of the load that has written them. */
  readonly last: CopyWork['journal']['mapped'][number];
  readonly files: readonly WrittenFile[];
  /** That each has now. */
  readonly rows: readonly number[];
  /** What was read of each; none where they aren't read. */
  readonly marks: readonly InputMark[];
};

type Work = Pick<CopyWork, 'runId' | 'journal' | 'contexts' | 'events'>;

/**
 * Begins a round of a copy whose rows nobody else has loaded, or is about to. A load that begins at once is refused then, or this is.
 * @throws UsageError another load has them; nothing was sent
 */
export async function besideNoLoad(
  work: Work,
  sent: readonly SentFiles[],
  begin: () => Promise<void>,
): Promise<void> {
  const { journal, contexts } = work;
  const [first] = journal.records;
  if (first?.type !== 'copy') return begin();
  const { org } = first;
  const created = sent.filter(({ step }) => inserts(objectOf(work, step), step));
  const objects = created.map(({ step }) => step.object);
  await whileNoneBegins(objects, { org, context: contexts.target }, async () => {
    for (const each of created) await requireNotInserted(work, each, org);
    await begin();
  });
}

async function requireNotInserted(work: Work, sent: SentFiles, org: RunOrg): Promise<void> {
  const { journal, contexts, events } = work;
  const { store } = contexts.target;
  const { object } = sent.step;
  const files = await filesOfStep(sent.last, sent.marks, { records: journal.records, store });
  const { loaded, similar } = await loadsOfFiles({ files, org, object, runId: files[0]?.runId ?? '' }, store);
  // What was loaded before the last retry was settled then.
  const isNew = ({ by }: Pick<Loaded, 'by'>): boolean => isSince(by, journal.records, files[0]?.runId ?? '');
  for (const [index, file] of files.entries()) {
    const own = loaded.filter((each) => each.file === file && isNew(each));
    const [one] = own;
    if (one === undefined) continue;
    const runs = [...new Set(own.map(({ by }) => by))];
    const each = await Promise.all(runs.map((by) => savedBy(by, store)));
    const saved = each.reduce(plus);
    const now = sent.rows[index] ?? 0;
    if (now === 0) continue;
    // The rows that were saved have been taken out, and not others.
    const isFewer = now <= (sent.files[index]?.rows ?? 0) - saved.most;
    const path = file.read.path ?? file.path;
    if (isFewer && !(await hasSavedRow(path, saved.files, store.pathFor(work.runId, 'saved-rows')))) continue;
    throw wasInserted(work, { ...one, saved, path: file.path, object });
  }
  for (const each of similar.filter(isNew)) events.emit('warning', maybeLoaded(each.by, each.input, 'copy'));
}

/**
 * Whether a load has begun since the file was written, and the rows were retried for the last time. The clock may have been set back
 * meanwhile: the ids of runs are in the order of their beginnings all the same.
 */
function isSince(
  { runId, records: [first] }: RunView,
  records: Work['journal']['records'],
  writer: string,
): boolean {
  const last = records.findLastIndex((record) => record.type === 'round');
  const round = records[last];
  if (runId <= writer || round?.type !== 'round') return runId > writer;
  const at = first !== undefined && 'at' in first ? first.at : '';
  return at > round.at || records.slice(last).some((each) => each.type === 'loading' && runId > each.run);
}

/** How many rows a load and its retries have saved at most: infinite for one that goes on, all of its rows for one without results. */
type Saved = {
  readonly most: number;
  readonly isKnown: boolean;
  /** Their files of successful rows. */
  readonly files: readonly string[];
};

async function savedBy(run: RunView, store: RunStore): Promise<Saved> {
  const status = loadStatusOf(run.runId, run.records);
  if (status === undefined || !isFinished(run.records))
    return { most: Number.POSITIVE_INFINITY, isKnown: false, files: [] };
  let saved: Saved =
    status.files === undefined
      ? { most: status.plan.rows, isKnown: false, files: [] }
      : {
          most: status.successful,
          isKnown: true,
          files: status.files.success === null ? [] : [status.files.success],
        };
  for (const retry of await retriesOf(run.runId, store)) saved = plus(saved, await savedBy(retry, store));
  return saved;
}

function plus(one: Saved, other: Saved): Saved {
  return {
    most: one.most + other.most,
    isKnown: one.isKnown && other.isKnown,
    files: [...one.files, ...other.files],
  };
}

type Inserted = Loaded & { readonly saved: Saved; readonly path: string; readonly object: string };

function wasInserted(
  { runId, journal: { plan } }: Work,
  { by, input, saved, path, object }: Inserted,
): UsageError {
  const name = nameOfRun(by);
  const was = isFinished(by.records) ? 'were' : 'are being';
  const retry = `sf bulk2 job retry --id ${runId}`;
  const { most, isKnown } = saved;
  const hasResults = loadStatusOf(by.runId, by.records)?.files !== undefined;
  const rows = Number.isFinite(most) && most > 1 ? `the ${most} rows` : most === 1 ? 'the row' : 'all rows';
  const which = `${rows} that it ${isKnown ? 'has' : 'may have'} saved`;
  const { ids } = copyFilesOf(plan, object);
  return new UsageError(
    `The rows of ${input.path ?? path}, which the copy ${runId} has left, ${was} loaded by job ${name}: a retry would insert those that were saved then a second time. Nothing was sent.`,
    {
      actions: [
        ...(hasResults ? [] : goOn(by)),
        `Remove ${which} from ${path}, then retry what else is left: ${retry}. What depends on them stays held.`,
        ...(hasTellingIds(plan)
          ? [
              `Or add their ids to ${ids}, as source__Id and target__Id, and copy again with --known-ids ${plan.resultsDir}: what depends on them is sent, too.`,
            ]
          : []),
      ],
      data: { path, jobId: name, runId },
    },
  );
}

/** Whether the step creates a record for each of its rows, whatever the target has. An upsert finds what is there. */
function inserts(object: CopyObject | undefined, step: CopyStep): boolean {
  return object !== undefined && step.kind === 'load' && sendingOf(object, step).operation === 'insert';
}

function objectOf({ journal }: Work, { object }: CopyStep): CopyObject | undefined {
  return journal.plan.objects.find((each) => each.object === object);
}
