import { rm } from 'node:fs/promises';
import { encodeCell, recordTexts } from '../csv/cells.js';
import { RecordReader } from '../csv/record-reader.js';
import { UsageError } from '../errors.js';
import { isThere } from '../files/file-facts.js';
import { filePlace, type FilePlace } from '../files/output-place.js';
import { PartFile } from '../files/part-file.js';
import { TextFile } from '../files/text-file.js';
import { writeWhole } from '../files/write-whole.js';
import { requireWritableFolder } from '../files/writable-folder.js';
import { requireResultsFolder } from '../load/model/request.js';
import type { CopyObject, CopyPlan } from '../run/copy-record.js';
import { idWords, readLongId } from '../csv/record-id.js';
import { isTarget } from './model/copy-maps.js';
import { isLeftAlone } from './model/steps.js';
import { heldHeader } from './steps/step-file.js';
import { numberNames, sourceName } from './model/numbered-ids.js';
import { copyFilesOf } from './model/copy-files.js';
import { stepPathsOf } from './model/own-files.js';
import type { CopyWork } from './model/work.js';
import { fileChunks } from '../files/file-chunks.js';

/**
 * Makes sure that a copy that is about to begin has a folder for its results.
 * @throws UsageError it takes no files, or has those of another copy
 */
export async function requireCopyFolder(plan: CopyPlan, runId: string): Promise<void> {
  if (plan.output === undefined) await requireResultsFolder(plan.resultsDir, runId);
  else {
    const actions = ['Name a folder that you can write to with --output-dir.'];
    await requireWritableFolder(plan.output.folder, { id: runId, actions });
  }
  for (const { object } of plan.objects) {
    for (const path of Object.values(copyFilesOf(plan, object))) {
      if (!(await isThere(path))) continue;
      throw new UsageError(`${path} already exists, from another copy.`, {
        actions: ['Name another folder with --results-dir.'],
        data: { path },
      });
    }
  }
}

/** What to do about a folder for results that takes no files any more: a copy that has begun takes no other one. */
export const makeRoom = 'Make room there, or make it writable.';

/** @throws UsageError the folder of a copy that has begun takes no files any more */
export function requireSameFolder({ runId, journal }: Pick<CopyWork, 'runId' | 'journal'>): Promise<void> {
  return requireWritableFolder(journal.plan.resultsDir, { id: runId, actions: [makeRoom] });
}

/**
 * Writes which id became which, and what was held, of each object. Can be repeated.
 * @throws UsageError the folder takes no files any more
 */
export async function writeCopyResults(work: CopyWork): Promise<void> {
  const { plan } = work.journal;
  await requireSameFolder(work);
  for (const each of plan.objects) {
    const { object } = each;
    const { ids, held } = copyFilesOf(plan, object);
    await writeIds(work, each, await filePlace(ids, { id: work.runId }));
    await writeHeld(work, each, await filePlace(held, { id: work.runId }));
  }
}

async function writeIds({ maps, matches }: CopyWork, object: CopyObject, place: FilePlace): Promise<void> {
  const { object: name } = object;
  const loaded = maps.of(name);
  // Records whose update has failed are known all the same: a later copy would create them again.
  const matched = isLeftAlone(object) ? [] : matches.of(name);
  await writeWhole(await TextFile.open(place), async (file) => {
    await file.write('source__Id,target__Id\n');
    for (const map of [...loaded, ...matched]) {
      for (const entry of map.entries()) {
        if (!isTarget(entry, idWords)) continue;
        if (matched.includes(map) && maps.find(name, entry) instanceof Uint32Array) continue;
        const full = file.write(`${sourceName(object, entry)},${readLongId(entry, idWords)}\n`);
        if (full !== undefined) await full;
      }
    }
  });
}

/** What the last round has held. There is no file where nothing is. */
async function writeHeld(work: CopyWork, object: CopyObject, place: FilePlace): Promise<void> {
  const { journal } = work;
  const { round } = journal;
  const steps = [...(journal.surveyed?.steps ?? []).entries()].filter(
    ([, each]) => each.object === object.object,
  );
  const held = steps.filter(([step]) => (journal.ofStep('mapped', { round, step })?.counts.held ?? 0) > 0);
  if (held.length === 0) {
    await rm(place.path, { force: true });
    return;
  }
  const name = numberNames(work.journal.plan);
  await writeWhole(await PartFile.open(place), async (file) => {
    await file.write(Buffer.from(heldHeader));
    for (const [step] of held) {
      const { held: path } = stepPathsOf(work, { round, step });
      if (name === undefined) await copyRows(path, file);
      else await nameRows(path, file, name);
    }
  });
}

async function copyRows(path: string, file: PartFile): Promise<void> {
  for await (const chunk of fileChunks(path, { start: heldHeader.length })) await file.write(chunk);
}

/** Writes numbers in the place of the ids that records of files were given here. */
async function nameRows(path: string, file: PartFile, name: (id: string) => string): Promise<void> {
  const reader = new RecordReader(fileChunks(path), ',');
  let rows = '';
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(rows);
    rows = '';
    await file.write(bytes);
  };
  await reader.read(1, () => undefined);
  await reader.read(
    Infinity,
    (record) => {
      const [id = '', reason = '', field = '', parent = ''] = recordTexts(record);
      rows += `${[name(id), reason, field, encodeCell(name(parent), ',')].join(',')}\n`;
    },
    flush,
  );
  await flush();
}
