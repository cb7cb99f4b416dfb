import { Events } from '../events.js';
import { openFolderSink } from '../export/sinks/folder-sink.js';
import type { ExportEvents } from '../export/events.js';
import { resumeExport, runExport } from '../export/export.js';
import { placeOf } from '../export/sinks/place.js';
import type { ExportOptions } from '../export/session.js';
import { makePrivateFolder } from '../files/folders.js';
import { isThere } from '../files/file-facts.js';
import { manifestFileName } from '../output/dataset-manifest.js';
import { inParallel } from '../parallel.js';
import type { RunContext } from '../run/context.js';
import type { ExportPlan, FolderPlace } from '../run/export-plan.js';
import { isFinished, type RunView } from '../run/store.js';
import { join } from 'node:path';
import { ExportedRecords } from './exported-records.js';
import { targetFolderName } from './match-files.js';
import { exportFiles, exportFolder, ownFile, type CopyWork } from './work.js';

/** Brings the records of all objects of a copy into its folder, as far as they are not there yet. */
export async function exportObjects(work: CopyWork): Promise<void> {
  const { journal, contexts, events } = work;
  const { plan, records } = journal;
  const done = new Set(records.flatMap((record) => (record.type === 'exported' ? [record.object] : [])));
  const missing = plan.objects.filter(({ object }) => !done.has(object));
  if (contexts.source !== undefined) await makePrivateFolder(ownFile(work, exportFiles));
  if (journal.surveyed === undefined) await exportKeys(work);
  await inParallel(missing, plan.concurrency, async (object) => {
    const folder = exportFolder(work, plan, object.object);
    if (contexts.source !== undefined) {
      events.emit('exporting', { object: object.object });
      await exportInto(folder, { work, soql: object.soql, org: contexts.source });
    }
    const { rows } = await ExportedRecords.open(folder);
    const manifest = await ExportedRecords.manifestHash(folder);
    await journal.append({ type: 'exported', object: object.object, rows, manifest });
    events.emit('exported', { object: object.object, rows });
  });
}

/** Brings the ids and keys of the target's records into folders, where records are matched by them. */
async function exportKeys(work: CopyWork): Promise<void> {
  const { journal, contexts, events } = work;
  const { objects, concurrency } = journal.plan;
  await inParallel(objects, concurrency, async ({ object, match }) => {
    if (match === undefined) return;
    events.emit('exportingKeys', { object });
    const folder = ownFile(work, targetFolderName(object));
    await exportInto(folder, { work, soql: match.soql, org: contexts.target });
  });
}

type Exporting = { readonly work: CopyWork; readonly soql: string; readonly org: RunContext };

async function exportInto(folder: string, { work, soql, org }: Exporting): Promise<void> {
  const events = new Events<ExportEvents>();
  events.on('retry', (notice) => work.events.emit('retry', notice));
  const options: ExportOptions = {
    wait: work.wait,
    events,
    openSink: (start) => openFolderSink(start, placeOf(start.plan) as FolderPlace),
  };
  if (await isThere(join(folder, manifestFileName))) return;
  const interrupted = (await org.store.list()).find((run) => isExportTo(run, folder));
  if (interrupted !== undefined) await resumeExport(interrupted, options, org);
  else await runExport(planFor(soql, folder, work.runId), options, org);
}

function isExportTo({ records }: RunView, folder: string): boolean {
  const [first] = records;
  return first?.type === 'export' && first.plan.outputDir === folder && !isFinished(records);
}

function planFor(soql: string, outputDir: string, ofCopy: string): ExportPlan {
  return {
    operation: 'query',
    soql,
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    format: 'csv',
    typed: false,
    outputDir,
    ofCopy,
  };
}
