import { fstatSync, constants } from 'node:fs';
import { access, mkdir, readdir, rmdir } from 'node:fs/promises';
import { outputPlace, type OutputPlace } from '../../files/output-place.js';
import { PartFile } from '../../files/part-file.js';
import type { ExportPlan, FolderPlace } from '../../run/export-plan.js';
import { UsageError } from '../../errors.js';
import { OutputError, writingTo } from './errors.js';

/** Where the records of an export go; undefined for standard output. */
export type ExportPlace = OutputPlace | FolderPlace;

export type PlaceSetup = {
  /** Of the run, or anything else that no other writer has. */
  readonly id: string;
  /** Takes the partial file if there is a file to replace in a folder that takes no new ones. */
  readonly spareFolder: string;
};

/** Fixes where the output is made, so that a resume goes on there whatever becomes of links. Nothing is touched. */
export async function withPlace(plan: ExportPlan, { id, spareFolder }: PlaceSetup): Promise<ExportPlan> {
  const { outputFile, outputDir } = plan;
  if (outputFile !== undefined) return { ...plan, place: await outputPlace(outputFile, { id, spareFolder }) };
  if (outputDir === undefined) return plan;
  const place = await outputPlace(outputDir, { id });
  if (place.kind === 'stream') throw new UsageError(`${outputDir} isn't a folder.`);
  return { ...plan, place: { ...place, kind: 'folder' } };
}

/** Where a plan has its output. Journals of earlier versions say nothing of it: `.part` was added to the name. */
export function placeOf({ place, outputFile, outputDir }: ExportPlan): ExportPlace | undefined {
  if (place !== undefined) return place;
  const path = outputFile ?? outputDir;
  if (path === undefined) return undefined;
  return { kind: outputFile === undefined ? 'folder' : 'file', path, partial: `${path}.part`, mode: 0o600 };
}

/**
 * Tries an output before anything is sent, by making what is written first, and removing it.
 * @throws UsageError it can't be written
 */
export async function tryPlace(place: ExportPlace): Promise<void> {
  try {
    await writingTo(place.path, () => makeAndRemove(place));
  } catch (cause) {
    if (!(cause instanceof OutputError)) throw cause;
    throw new UsageError(cause.message, { cause, actions: ['Name another output.'], data: cause.data });
  }
}

async function makeAndRemove(place: ExportPlace): Promise<void> {
  if (place.kind === 'file') return (await PartFile.open(place)).discard();
  if (place.kind === 'folder') {
    await requireEmpty(place);
    await mkdir(place.partial, { mode: 0o755 });
    return rmdir(place.partial);
  }
  if (place.fd === undefined) return access(place.path, constants.W_OK);
  fstatSync(place.fd);
}

/** An empty folder may stand where the output appears; nothing else is replaced. @throws OutputError */
async function requireEmpty({ path }: FolderPlace): Promise<void> {
  const names = await readdir(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0) throw new OutputError(`Could not write ${path}: it isn't empty.`, { data: { path } });
}
