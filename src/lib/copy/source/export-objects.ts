import { UsageError } from '../../errors.js';
import { Events } from '../../events.js';
import { openFolderSink } from '../../export/sinks/folder-sink.js';
import type { ExportEvents } from '../../export/events.js';
import { resumeExport, runExport } from '../../export/export.js';
import { placeOf } from '../../export/sinks/place.js';
import type { ExportOptions } from '../../export/session.js';
import { makePrivateFolder } from '../../files/folders.js';
import { isThere } from '../../files/file-facts.js';
import { manifestFileName } from '../../output/dataset-manifest.js';
import { firstOf, inParallel } from '../../parallel.js';
import type { RunContext } from '../../run/context.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import type { ExportPlan, FolderPlace } from '../../run/export-plan.js';
import { isFinished, type RunView } from '../../run/store.js';
import { join } from 'node:path';
import { ExportedRecords } from './exported-records.js';
import { maskKeyOf, masksOf } from '../mask/mask-key.js';
import { maskedSink, type Masks } from '../mask/masked-sink.js';
import {
  targetFolderName,
  targetIdsFolderName,
  exportFiles,
  exportFolder,
  maskKeyFile,
  ownFile,
} from '../model/own-files.js';
import { foldersThatKnow } from '../model/copy-files.js';
import { unexported } from './needs-source.js';
import { stageFiles } from './stage-files.js';
import type { CopyWork } from '../model/work.js';

/** Pages that all exports of a copy fetch at once, and one of them: each page takes a connection, and buffers. */
const mostPages = { together: 12, each: 4 };

/** Brings the records of all objects of a copy into its folder, as far as they are not there yet. */
export async function exportObjects(work: CopyWork): Promise<void> {
  const { journal } = work;
  const { plan, records } = journal;
  const missing = unexported(plan, records);
  await makePrivateFolder(ownFile(work, exportFiles));
  const masksFor = await masksOfCopy(work, missing);
  // Into a folder nothing is matched.
  if (journal.surveyed === undefined && plan.output === undefined) await exportKeys(work);
  const inOrg = missing.filter(({ file }) => file === undefined);
  const pagesAtOnce = pagesOfEach(inOrg.length, plan);
  // Children first: a record that refers to a parent that is created meanwhile was read before, or its parent is read after.
  await inParallel(inOrg.toReversed(), plan.concurrency, (object) =>
    exportObject(work, object, { masks: masksFor(object), pagesAtOnce }),
  );
  // Parents that are named by their keys are there now, or are in files too.
  for (const object of missing) if (object.file !== undefined) await exportObject(work, object);
  // Nothing can be masked, or found again, any more.
  await work.contexts.target.store.removeFiles(work.runId, [maskKeyFile]);
}

type HowExported = Pick<Exporting, 'masks' | 'pagesAtOnce'>;

async function exportObject(work: CopyWork, object: CopyObject, how: HowExported = {}): Promise<void> {
  const { journal, contexts, events } = work;
  const { object: name, file, soql } = object;
  const folder = exportFolder(work, name);
  events.emit('exporting', { object: name });
  if (file !== undefined) await stageFiles({ work, object: { ...object, file }, folder });
  else if (contexts.source !== undefined)
    await exportInto(folder, { work, soql, org: contexts.source, ...how });
  const { rows } = await ExportedRecords.open(folder);
  const manifest = await ExportedRecords.manifestHash(folder);
  await journal.append({ type: 'exported', object: name, rows, manifest });
  events.emit('exported', { object: name, rows });
}

/** Brings the ids of the target's records into folders, with their keys where they are matched by these. */
async function exportKeys(work: CopyWork): Promise<void> {
  const { journal, contexts, events } = work;
  const { plan } = journal;
  const wanted: Array<{ object: string; soql: string; folder: string }> = [];
  for (const each of plan.objects) {
    const { object, match } = each;
    if (match !== undefined) wanted.push({ object, soql: match.soql, folder: targetFolderName(object) });
    const folder = targetIdsFolderName(each);
    const isThere = wanted.some((other) => other.folder === folder);
    if (!isThere && (await foldersThatKnow(plan, object)).length > 0)
      wanted.push({ object, soql: `SELECT Id FROM ${object}`, folder });
  }
  const pagesAtOnce = pagesOfEach(wanted.length, plan);
  await inParallel(wanted, plan.concurrency, async ({ object, soql, folder }) => {
    events.emit('exportingKeys', { object });
    await exportInto(ownFile(work, folder), { work, soql, org: contexts.target, pagesAtOnce });
  });
}

/** @returns undefined for one export, which does as any other */
function pagesOfEach(exports: number, { concurrency }: CopyPlan): number | undefined {
  const atOnce = Math.min(exports, concurrency);
  if (atOnce <= 1) return undefined;
  return Math.max(1, Math.min(mostPages.each, Math.floor(mostPages.together / atOnce)));
}

/** @throws UsageError records that are in a folder already can't be masked */
async function masksOfCopy(
  work: CopyWork,
  objects: readonly CopyObject[],
): Promise<(object: CopyObject) => Masks | undefined> {
  const masked = objects.filter(({ masks }) => masks !== undefined);
  if (masked.length === 0) return () => undefined;
  const inFile = masked.find(({ file }) => file !== undefined);
  if (inFile !== undefined) {
    throw new UsageError(`Fields of ${inFile.object} can't be masked: its records are in a file already.`, {
      actions: ['Mask them while they are exported from their org.'],
    });
  }
  const key = await maskKeyOf(work);
  return (object) => (object.masks === undefined ? undefined : masksOf(object, key));
}

type Exporting = {
  readonly work: CopyWork;
  readonly soql: string;
  readonly org: RunContext;
  readonly masks?: Masks | undefined;
  /** Pages of its result that it fetches at once; undefined: as many as their speed suggests. */
  readonly pagesAtOnce?: number | undefined;
};

/** Brings what a query finds into a folder, or goes on with that. */
export async function exportInto(
  folder: string,
  { work, soql, org, masks, pagesAtOnce }: Exporting,
): Promise<void> {
  const events = new Events<ExportEvents>();
  events.on('retry', (notice) => work.events.emit('retry', notice));
  const options: ExportOptions = {
    wait: work.wait,
    events,
    openSink: async (start) => {
      const sink = await openFolderSink(start, placeOf(start.plan) as FolderPlace);
      return masks === undefined ? sink : maskedSink(sink, start.columns, masks);
    },
  };
  if (await isThere(join(folder, manifestFileName))) return;
  const interrupted = await firstOf(org.store.each(), (run) => isExportTo(run, folder));
  if (interrupted !== undefined) await resumeExport(interrupted, options, org);
  else {
    const isPrivate = masks === undefined ? {} : { isPrivate: true };
    const plan = planFor(soql, folder, { ofCopy: work.runId, pagesAtOnce });
    await runExport({ ...plan, ...isPrivate }, options, org);
  }
}

function isExportTo({ records }: RunView, folder: string): boolean {
  const [first] = records;
  return first?.type === 'export' && first.plan.outputDir === folder && !isFinished(records);
}

function planFor(
  soql: string,
  outputDir: string,
  { ofCopy, pagesAtOnce }: { readonly ofCopy: string; readonly pagesAtOnce: number | undefined },
): ExportPlan {
  return {
    operation: 'query',
    soql,
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    format: 'csv',
    typed: false,
    outputDir,
    ofCopy,
    ...(pagesAtOnce === undefined ? {} : { concurrency: pagesAtOnce }),
  };
}
