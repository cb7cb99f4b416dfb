import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { JobInfo } from '../api/types.js';
import { makePrivateFolder } from '../files/folders.js';
import type { OutputStamp } from '../files/output-place.js';
import { PartFile } from '../files/part-file.js';
import { haveSamePath } from '../files/real-paths.js';
import { writeWhole } from '../files/write-whole.js';
import type { RunContext } from '../run/context.js';
import type { ExportMark } from '../run/export-plan.js';
import { orgKey } from '../run/org.js';

/**
 * Records get their SystemModstamp when they are saved and become visible when their transaction ends, which takes
 * Apex 10 minutes at most (Apex guide: Execution Governors and Limits). An export goes back so far behind the one
 * before, so that nothing which was being saved then is missed; what has changed in these minutes comes twice.
 */
const overlapMs = 10 * 60 * 1000;

/** How far the exports of one query into one output have come. */
export type HighWater = {
  /** When the last complete export was submitted, by the org's clock, in ISO 8601 and UTC. */
  readonly submittedAt: string;
  /** Where the next one begins. */
  readonly since: string;
  /** Records of the last complete export; absent in older marks. */
  readonly rows?: number;
};

type StoredMark = {
  readonly version: 1;
  readonly mark: ExportMark;
  readonly submittedAt: string;
  readonly rows?: number;
  /** Of the output as it was published; absent in older marks, and where that is no file. */
  readonly stamp?: OutputStamp;
};

/** Reads the mark of the last complete export; undefined when there was none, or it was of another query or field. */
export async function readMark(mark: ExportMark, context: RunContext): Promise<HighWater | undefined> {
  const text = await readFile(pathOf(mark, context), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as StoredMark;
  return isOfQuery(stored, mark) ? highWater(stored) : undefined;
}

function isOfQuery(stored: StoredMark, mark: ExportMark): boolean {
  return (['query', 'operation', 'field'] as const).every((each) => stored.mark[each] === mark[each]);
}

function highWater({ submittedAt, rows }: StoredMark): HighWater {
  const since = new Date(new Date(submittedAt).getTime() - overlapMs).toISOString();
  return { submittedAt, since, ...(rows === undefined ? {} : { rows }) };
}

/** Changes in an output that nobody has taken away: with LAST, nobody gets them a second time. */
export type UntakenChanges = {
  readonly object: string;
  readonly submittedAt: string;
  /** Where the export before began; absent where it is another one than is asked for now. */
  readonly since?: string;
};

/**
 * Looks for changes that an export would replace: those of the last export with LAST into its file, whatever that is of.
 * An export that found none, and one of the same object whose query has changed since, begins anew and leave nothing behind
 * that would not come again.
 * @param mark of an export with LAST; any other replaces what is no longer as LAST has left it
 */
export async function untakenChanges(
  output: string,
  mark: ExportMark | undefined,
  context: RunContext,
): Promise<UntakenChanges | undefined> {
  const found = await stat(output).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size === 0) return undefined;
  const last = await lastInto(output, context);
  if (last === undefined || last.stored.rows === 0) return undefined;
  const { object } = last.stored.mark;
  const { submittedAt, since } = highWater(last.stored);
  const stamp = { bytes: found.size, mtimeMs: found.mtime.getTime() };
  if (mark === undefined)
    return isDeepStrictEqual(last.stored.stamp, stamp) ? { object, submittedAt } : undefined;
  if (last.path !== pathOf(mark, context)) return { object, submittedAt };
  return isOfQuery(last.stored, mark) ? { object, submittedAt, since } : undefined;
}

type KeptMark = { readonly path: string; readonly stored: StoredMark };

/** The mark that was moved last, by this computer's clock, of those of an output. */
async function lastInto(output: string, { store }: RunContext): Promise<KeptMark | undefined> {
  const folder = join(store.folder, 'marks');
  const names = await readdir(folder).catch((): string[] => []);
  let last: (KeptMark & { readonly movedMs: number }) | undefined;
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const path = join(folder, name);
    const stored = JSON.parse(await readFile(path, 'utf8')) as StoredMark;
    const { output: other } = stored.mark;
    if (other === undefined || !(await haveSamePath([other], [output]))) continue;
    const { mtimeMs: movedMs } = await stat(path);
    if (last === undefined || movedMs > last.movedMs) last = { path, stored, movedMs };
  }
  return last;
}

/** Moves the mark. Only a complete export may: its job tells when the org took the query. */
export async function keepMark(
  mark: ExportMark,
  { job, rows, stamp }: Pick<StoredMark, 'stamp'> & { readonly job: JobInfo; readonly rows: number },
  context: RunContext,
): Promise<void> {
  const path = pathOf(mark, context);
  await makePrivateFolder(dirname(path));
  const submittedAt = new Date(job.createdDate).toISOString();
  const kept = stamp === undefined ? {} : { stamp };
  const stored: StoredMark = { version: 1, mark, submittedAt, rows, ...kept };
  const text = `${JSON.stringify(stored, undefined, 2)}\n`;
  await writeWhole(await PartFile.open(path), (file) => file.write(Buffer.from(text)));
}

/** One file per org, object and output. */
function pathOf({ object, output }: ExportMark, { org, store }: RunContext): string {
  const key = JSON.stringify([orgKey(org), object.toLowerCase(), output ?? null]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return join(store.folder, 'marks', `${name}.json`);
}
