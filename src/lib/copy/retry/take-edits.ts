import { restApi } from '../../api/rest.js';
import { withRetry } from '../../api/retry.js';
import { encodeCell } from '../../csv/cells.js';
import { describer, type DescribeOf } from '../../describe/describe.js';
import { UsageError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { readEditedFiles, type WrittenFile } from '../../load/retry/edited-files.js';
import { readResultRows } from '../../load/retry/result-rows.js';
import type { CopyEdits } from '../../run/copy-edits.js';
import type { CopyObject, CopyPlan, CopyStep } from '../../run/copy-record.js';
import type { LoadPlan } from '../../run/record.js';
import { areIdsThere, hasTellingIds } from '../model/copy-files.js';
import { CopyMaps } from '../model/copy-maps.js';
import { requireOwnKeys, type TakenStep } from './edit-keys.js';
import { EditTaker } from './edit-taker.js';
import type { SentFiles } from './inserted-rows.js';
import { stepsChangedSince } from './older-files.js';
import { hashesOf, sourceIdColumn } from '../steps/edits.js';
import { editPathsOf, matchMapPaths, stepMapPath } from '../model/own-files.js';
import { sendingOf, stepColumns } from '../steps/step-row.js';
import type { CopyWork, StepPlace } from '../model/work.js';
import { personMapPath } from '../survey/person-contacts.js';

type Taking = Pick<CopyWork, 'runId' | 'journal' | 'contexts' | 'events'>;

/** What a retry is about to send, as it is now, and the files that it was read from. */
export type TakenEdits = { readonly edits: readonly CopyEdits[]; readonly sent: readonly SentFiles[] };

/**
 * Takes the rows that failed, or were not processed, as they are in their files now, into files of the copy's own: a person may
 * have fixed them. Whatever becomes of the result files later, the round sends these rows.
 * @param round that is about to begin
 * @throws InputError a file can't be read, has a row that is none of those that the copy has put there, one whose ids were
 *   changed, one without a key, or one with the key of another record
 * @throws UsageError a file is gone, or has more rows than the copy has put there, or an older one was fixed
 */
export async function takeEdits(
  work: Taking,
  round: number,
  encoding: string | undefined,
): Promise<TakenEdits> {
  const { api, signal } = work.contexts.target;
  const describeOf = describer(restApi(withRetry(api), signal));
  const targets = await openTargetMaps(work);
  const taken: Taken[] = [];
  const sent: SentFiles[] = [];
  const changed = await stepsChangedSince(work);
  try {
    for (const [step, each] of (work.journal.surveyed?.steps ?? []).entries()) {
      const files = await filesOf(work, step);
      if (files === undefined) continue;
      const { last, written } = files;
      if (last.isUnplaced === true) {
        work.events.emit('warning', unplaced(each));
        sent.push({ step: each, last, files: written, rows: written.map(({ rows }) => rows), marks: [] });
        continue;
      }
      const place = { round, step };
      const isChanged = changed.has(step);
      const setup = { place, step: each, files: written, writtenIn: last.round, isChanged };
      const one = await takeStep(work, { ...setup, encoding, describeOf, targets });
      taken.push(one);
      sent.push({ step: each, last, ...one });
    }
    for (const object of work.journal.plan.objects)
      await requireOwnKeys(work, { object, targets, taken: taken.filter((each) => each.object === object) });
    const edits = await Promise.all(
      taken.map(async ({ place, added, marks }) => ({
        step: place.step,
        columns: added,
        sha256: await hashesOf(editPathsOf(work, place)),
        retried: marks,
      })),
    );
    return { edits, sent };
  } finally {
    targets.close();
  }
}

type Mapped = CopyWork['journal']['mapped'][number];

/** The last files of a step's rows that did not succeed, where they have any; undefined where there are none. */
async function filesOf(
  work: Taking,
  step: number,
): Promise<{ readonly last: Mapped; readonly written: readonly WrittenFile[] } | undefined> {
  const last = work.journal.mapped.findLast(
    (each) => each.step === step && (each.files.failed ?? each.files.unprocessed) !== null,
  );
  if (last === undefined) return undefined;
  const written = (['failed', 'unprocessed'] as const).flatMap((kind): WrittenFile[] => {
    const path = last.files[kind];
    return path === null ? [] : [{ kind, path, rows: last.counts[kind] }];
  });
  if (last.isUnplaced !== true) await requireThere(written, work);
  return { last, written };
}

type StepTaking = {
  readonly files: readonly WrittenFile[];
  readonly writtenIn: number;
  /** A retry has read the files before, and they were changed since. */
  readonly isChanged: boolean;
  readonly place: StepPlace;
  readonly step: CopyStep;
  /** Of files that are no longer in UTF-8. */
  readonly encoding: string | undefined;
  readonly describeOf: DescribeOf;
  readonly targets: CopyMaps;
};

type Taken = TakenStep & Pick<SentFiles, 'rows' | 'marks'>;

async function takeStep(work: Taking, taking: StepTaking): Promise<Taken> {
  const { place, step, files, encoding, describeOf } = taking;
  const object = work.journal.plan.objects.find((each) => each.object === step.object);
  if (object === undefined) throw new TypeError(`${step.object} is not in the plan.`);
  const { signal } = work.contexts.target;
  const own = stepColumns(object, step);
  const now = await readEditedFiles({
    plan: planOf(object, step, own),
    files,
    encoding,
    describeOf,
    pathFor: (name) => `${editPathsOf(work, place).lines}.${name}`,
    signal,
  });
  const added = now.plan.columns.filter((name) => !own.includes(name));
  const columns = [...own, ...added];
  using taker = new EditTaker({ ...taking, work, object, idName: now.nameInFile('Id') });
  const rows = files.map(() => 0);
  for (const file of now.files) {
    const form = { columns, kept: taker.kept, nameInFile: now.nameInFile, delimiter: ',', parent: -1 };
    const number = files.findIndex(({ kind }) => kind === file.kind);
    await readResultRows(
      file,
      form,
      (row) => {
        taker.take(row, number);
        rows[number] = (rows[number] ?? 0) + 1;
      },
      () => {
        signal?.throwIfAborted();
        return Promise.resolve();
      },
    );
  }
  await taker.finish(now.rows, columns);
  if (taking.isChanged && taker.loadedSince > 0)
    work.events.emit('warning', loadedSince(taker.loadedSince, files));
  for (const warning of now.warnings) work.events.emit('warning', warning);
  return { place, kind: step.kind, object, files, columns, added, rows, marks: now.marks };
}

/** As a load's plan says what its result files are like. */
function planOf(object: CopyObject, step: CopyStep, columns: readonly string[]): LoadPlan {
  return {
    ...sendingOf(object, step),
    object: step.object,
    columns,
    header: columns.map((name) => encodeCell(name, ',')).join(','),
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    keptColumns: [sourceIdColumn],
    sources: [],
    parts: [],
    rows: 0,
    concurrency: 1,
    resultsDir: '',
  };
}

function loadedSince(rows: number, files: readonly WrittenFile[]): string {
  const names = files.map(({ path }) => path).join(' and ');
  const are = rows === 1 ? '1 row was' : `${rows} rows were`;
  return `${names}: ${are} loaded by an earlier retry, and not sent again, whatever was changed since.`;
}

function unplaced({ object }: CopyStep): string {
  return `The rows of ${object} that failed can't be told apart, and are sent as they were: what was fixed in their file is ignored.`;
}

/** @throws UsageError a file is gone: without it nobody knows what a person has removed from it */
async function requireThere(files: readonly WrittenFile[], { journal }: Taking): Promise<void> {
  for (const { path } of files) {
    if (await isThere(path)) continue;
    throw new UsageError(`The result file ${path} is not there any more.`, {
      actions: ['Put it back, then retry.', ...(await copyAgain(journal.plan))],
      data: { path },
    });
  }
}

/** What else helps. Numbers of rows tell another copy nothing. */
async function copyAgain(plan: CopyPlan): Promise<string[]> {
  if (!hasTellingIds(plan)) return [];
  const folder = (await areIdsThere(plan))
    ? plan.resultsDir
    : 'and the folder that its -ids.csv files are in now';
  return [`Or copy again with --known-ids ${folder}: what is in the target is not created twice.`];
}

/** Opens all that is known between two rounds of which records of the source are which of the target. */
async function openTargetMaps(work: Pick<CopyWork, 'runId' | 'contexts' | 'journal'>): Promise<CopyMaps> {
  const { plan, surveyed, mapped, round } = work.journal;
  const maps = new CopyMaps();
  for (const { object, persons } of plan.objects) {
    for (const path of matchMapPaths(work, object)) maps.add(object, path);
    for (let each = 0; persons?.contact !== undefined && each <= round; each++) {
      const path = personMapPath(work, each);
      if (await isThere(path)) maps.add(persons.contact, path);
    }
  }
  for (const each of mapped) {
    const step = surveyed?.steps[each.step];
    if (step?.kind === 'load' || step?.kind === 'update') maps.add(step.object, stepMapPath(work, each));
  }
  return maps;
}
