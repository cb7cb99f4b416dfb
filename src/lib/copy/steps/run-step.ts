import { Events } from '../../events.js';
import { hashOf, isThere } from '../../files/file-facts.js';
import type { LoadEvents } from '../../load/model/events.js';
import { runLoad } from '../../load/load.js';
import { planLoad, type PlannedLoad } from '../../load/plan/plan.js';
import { mostJobBytes, type LoadRequest } from '../../load/model/request.js';
import type { LoadStatus } from '../../load/model/status.js';
import { RowCountError } from '../../errors.js';
import type { CopyCounts, CopyObject, CopyStep } from '../../run/copy-record.js';
import { jobIdsOf, type RunView } from '../../run/store.js';
import type { CopyMaps } from '../model/copy-maps.js';
import { ExportedRecords } from '../source/exported-records.js';
import { isCopiedBy } from '../survey/looks-ahead.js';
import { matchMapPaths, stepPathsOf, exportFolder, stepMapPath } from '../model/own-files.js';
import { writeMap, type MappedStep } from './map-step.js';
import type { RowLevels } from '../model/row-levels.js';
import { sendingOf } from './step-row.js';
import { requireOwnTargets } from '../match/shared-target.js';
import { writeStepFile, type StepFile } from './step-file.js';
import { sourceIdColumn, StepEdits } from './edits.js';
import { shownSteps } from '../model/steps.js';
import { prefixesOf, type CopyJournal, type CopyWork, type StepPlace } from '../model/work.js';

export type StepWork = CopyWork & {
  /** By object; of those that refer to themselves. */
  readonly levels: ReadonlyMap<string, RowLevels>;
};

/** Takes a step of a round from where it stopped to its end: write its rows, load them, and map their ids. */
export async function runStep(work: StepWork, place: StepPlace, step: CopyStep): Promise<void> {
  if (step.kind === 'match') return takeMatches(work, place, step);
  const { journal } = work;
  if (journal.ofStep('mapped', place) === undefined) {
    const file = await prepare(work, place, step);
    const shown = placeOf(journal, step);
    if (shown.number > 0) work.events.emit('step', { ...step, ...shown, rows: file.rows });
    const load = file.rows === 0 ? undefined : await loadRows(work, place, { step, file });
    const counts = await mapLoaded(work, place, { step, file, load });
    if (shown.number > 0) work.events.emit('stepEnded', { ...step, ...shown, counts });
  }
  openMap(work, place, step);
}

/** Maps the ids of a step whose load has ended. @param load absent where it had no rows */
export async function mapLoaded(
  work: CopyWork,
  place: StepPlace,
  { step, file, load }: Loading & { readonly load: LoadStatus | undefined },
): Promise<CopyCounts> {
  const object = objectOf(work, step);
  const path = stepMapPath(work, place);
  const paths = stepPathsOf(work, place);
  const mapped = await writeMap({ object, step, file, load, paths, path });
  // An update is of records that are known, and an insert has made new ones.
  if (sendingOf(object, step).operation === 'upsert')
    requireOwnTargets({
      runId: work.runId,
      object: step.object,
      path,
      before: [...mapsOf(work, step).of(step.object), ...work.matches.of(step.object)],
      plan: work.journal.plan,
    });
  return noteMapped(work, place, { file, load, mapped });
}

/** Makes the map of a step one of those that are known. */
export function openMap(work: CopyWork, place: StepPlace, step: CopyStep): void {
  mapsOf(work, step).add(step.object, stepMapPath(work, place));
}

/** Records that are left as they are count as copied: their children may refer to them. */
export async function takeMatches(work: CopyWork, place: StepPlace, step: CopyStep): Promise<void> {
  const { journal, maps } = work;
  if (place.round > 0) return;
  for (const path of matchMapPaths(work, step.object)) maps.add(step.object, path);
  if (journal.ofStep('mapped', place) !== undefined) return;
  await noteMapped(work, place, {
    file: { rows: 0, held: 0 },
    load: undefined,
    mapped: { isUnplaced: false },
  });
}

function mapsOf({ maps, filled }: CopyWork, { kind }: CopyStep): CopyMaps {
  return kind === 'later' ? filled : maps;
}

/** Its place among the steps that people see, from 1; 0 for one that sends nothing. */
function placeOf(
  { surveyed }: CopyJournal,
  step: CopyStep,
): { readonly number: number; readonly total: number } {
  const shown = shownSteps(surveyed?.steps ?? [], surveyed?.surveys ?? []);
  return { number: shown.indexOf(step) + 1, total: shown.length };
}

export function objectOf({ journal }: CopyWork, { object }: CopyStep): CopyObject {
  const found = journal.plan.objects.find((each) => each.object === object);
  if (found === undefined) throw new TypeError(`${object} is not in the plan.`);
  return found;
}

/** The rows of a step in its file. One that a killed process has left is used where it is what the journal says. */
async function prepare(work: StepWork, place: StepPlace, step: CopyStep): Promise<StepFile> {
  const { journal } = work;
  const paths = stepPathsOf(work, place);
  const known = journal.ofStep('prepared', place);
  if (known !== undefined && (await isThere(paths.rows)) && (await hashOf(paths.rows)) === known.sha256)
    return known;
  const { object } = step;
  const folder = exportFolder(work, object);
  const edits = await StepEdits.open(work, place);
  const file = await writeStepFile({
    object: objectOf(work, step),
    step,
    exported: await openExport(work, object, folder),
    prefixes: prefixesOf(journal.plan),
    maps: work.maps,
    filled: work.filled,
    owners: journal.owners,
    matches: work.matches,
    known: work.known,
    isCopied: isCopiedBy(work.members, work.known),
    levels: work.levels.get(object),
    isRetry: place.round > 0,
    edits,
    paths,
  }).finally(() => edits?.close());
  if (known === undefined) await journal.append({ type: 'prepared', ...place, ...file });
  else if (known.sha256 !== file.sha256) {
    throw new RowCountError(
      `The rows of ${object} can't be made again as they were: their load can't be resumed.`,
    );
  }
  return file;
}

/** @throws Bulk2Error the export is no longer what it was */
async function openExport({ journal }: CopyWork, object: string, folder: string): Promise<ExportedRecords> {
  const known = journal.records.findLast((record) => record.type === 'exported' && record.object === object);
  const manifest = await ExportedRecords.manifestHash(folder);
  if (known?.type === 'exported' && known.manifest !== manifest) {
    throw new RowCountError(`The records in ${folder} have changed since the copy began.`, {
      actions: ['Put them back as they were, or start the copy again.'],
    });
  }
  return ExportedRecords.open(folder);
}

type Loading = { readonly step: CopyStep; readonly file: StepFile };

/** Loads the rows of a step as a run of its own, which is named in the journal before it begins. */
async function loadRows(work: StepWork, place: StepPlace, { step, file }: Loading): Promise<LoadStatus> {
  const { journal, contexts } = work;
  const { target } = contexts;
  const options = { events: eventsOf(work), wait: 'end' as const };
  const begun = await beganAs(work, place);
  if (begun !== undefined) return runLoad(begun, options, target);
  const runId = await target.store.begin();
  const planned = await planLoad(requestFor(work, place, step), target, options.events, { runId });
  if (planned.plan.rows !== file.rows) {
    throw new RowCountError(
      `${file.rows} rows of ${step.object} were written, and ${planned.plan.rows} read back.`,
    );
  }
  await journal.append({ type: 'loading', ...place, run: runId });
  return runLoad(withSourceIds(planned, stepPathsOf(work, place).names), options, target);
}

/** Has the ids of the source in the files of rows that did not succeed: so people find the records there, and retries here. */
function withSourceIds(planned: PlannedLoad, kept: string): PlannedLoad {
  const { plan } = planned;
  const sources = plan.sources.map((source) => ({ ...source, kept }));
  return { ...planned, plan: { ...plan, sources, keptColumns: [sourceIdColumn] } };
}

/** The run of a step that has begun. One that was refused before anything was sent may begin again. */
async function beganAs(work: CopyWork, place: StepPlace): Promise<RunView | undefined> {
  const loading = work.journal.ofStep('loading', place);
  const run = loading && (await work.contexts.target.store.find(loading.run));
  if (run?.damage !== undefined) throw run.damage;
  if (run === undefined || run.records.length === 0) return undefined;
  const isRefused = run.records.at(-1)?.type === 'done' && jobIdsOf(run.records).length === 0;
  return isRefused ? undefined : run;
}

function requestFor(work: CopyWork, place: StepPlace, step: CopyStep): LoadRequest {
  const { plan } = work.journal;
  return {
    ...sendingOf(objectOf(work, step), step),
    object: step.object,
    inputs: [{ name: `${step.object}.csv`, path: stepPathsOf(work, place).rows }],
    reading: { format: 'csv', delimiter: ',', encoding: 'utf-8' },
    columns: {},
    limits: {
      maxJobBytes: mostJobBytes,
      maxRowsPerJob: Number.POSITIVE_INFINITY,
      concurrency: plan.concurrency,
    },
    resultsDir: plan.resultsDir,
    retries: plan.retries,
    // What the target does not take shall fail row by row: the records were valid where they come from.
    preflight: false,
    wait: 'end',
    ofCopy: work.runId,
  };
}

function eventsOf({ events: told }: CopyWork): Events<LoadEvents> {
  const events = new Events<LoadEvents>();
  events.on('planned', (plan, runId) => told.emit('planned', plan, runId));
  events.on('jobCreated', (job) => told.emit('jobCreated', job));
  events.on('jobAbandoned', (job) => told.emit('jobAbandoned', job));
  events.on('jobClosed', (job) => told.emit('jobClosed', job));
  events.on('jobInfo', (info) => told.emit('jobInfo', info));
  events.on('jobWarning', (warning) => told.emit('jobWarning', warning));
  events.on('retry', (notice) => told.emit('retry', notice));
  events.on('ownerWatched', (owner) => told.emit('ownerWatched', owner));
  events.on('linesSkipped', (lines) => told.emit('linesSkipped', lines));
  return events;
}

type Loaded = {
  readonly file: Omit<StepFile, 'sha256'>;
  readonly load: LoadStatus | undefined;
  readonly mapped: MappedStep;
};

async function noteMapped(
  { journal }: CopyWork,
  place: StepPlace,
  { file, load, mapped: { isUnplaced, filled } }: Loaded,
): Promise<CopyCounts> {
  const { successful = 0, failed = 0, unprocessed = 0 } = load ?? {};
  if (successful + failed + unprocessed !== file.rows) {
    throw new RowCountError(
      `${file.rows} rows were sent, and ${successful + failed + unprocessed} have a result.`,
    );
  }
  const counts = { sent: file.rows, successful, failed, unprocessed, held: file.held };
  await journal.append({
    type: 'mapped',
    ...place,
    counts,
    ...(file.left === undefined ? {} : { left: file.left }),
    ...(isUnplaced ? { isUnplaced } : {}),
    ...(filled === undefined ? {} : { filled }),
    state: load?.state ?? 'JobComplete',
    jobIds: load?.jobIds ?? [],
    files: load?.files ?? { success: null, failed: null, unprocessed: null },
    errors: (load?.errors ?? []).map(({ code, message, count }) => ({ code, message, count })),
  });
  return counts;
}
