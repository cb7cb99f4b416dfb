import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import { sumOf } from '../files/file-facts.js';
import { realPaths } from '../files/real-paths.js';
import type { InputMark, LoadPlan } from '../run/record.js';
import { isRunId, type RunStore, type RunView } from '../run/store.js';
import { leftAnewOf } from './collect/left-rows.js';
import { fileAt } from './plan/inputs.js';
import { completeRecord } from './model/rounds.js';
import { loadStatusOf } from './model/status.js';

/** A file by what is known of it: where it is, and what was read of it. */
export type KnownFile = Partial<InputMark>;

/** A file with rows that a load has left, and what a retry reads in its place. */
export type LeftFile = {
  /** The run of the load. */
  readonly runId: string;
  /** Where its rows are for a retry. */
  readonly path: string;
  /** As the load has written it, and then each time that its results were collected once more. */
  readonly written: readonly KnownFile[];
  readonly read: KnownFile;
};

/**
 * How an input is known to have the rows of such a file: it has the same bytes, or was not changed since, so that all of its
 * rows are those; or it is where the file was, or is called as the load has called it, so that a person may have put other rows
 * there.
 */
export type Recognized = 'bytes' | 'name';

/**
 * The files of failed and unprocessed rows of a load.
 * @param read what a retry reads in place of each, in their order; absent: nothing is known of it
 */
export async function leftFilesOf(
  { runId, records }: Pick<RunView, 'runId' | 'records'>,
  read: readonly KnownFile[],
  store: Pick<RunStore, 'pathFor'>,
): Promise<LeftFile[]> {
  const files = loadStatusOf(runId, records)?.files;
  const contents = completeRecord(records)?.left?.contents;
  const anew = await leftAnewOf((name) => store.pathFor(runId, name));
  const paths = (['failed', 'unprocessed'] as const).flatMap((kind) => {
    const path = files?.[kind];
    return typeof path === 'string' ? [{ kind, path }] : [];
  });
  return Promise.all(
    paths.map(async ({ kind, path }, index) => ({
      runId,
      path: read[index]?.path ?? path,
      written: [
        { path: await behindLinks(path), ...contents?.[kind] },
        ...(anew?.contents ?? []).flatMap((each) => each[kind] ?? []),
      ],
      read: await readFrom(read[index]),
    })),
  );
}

/** @returns undefined where nothing tells that the input has rows of the file */
export function recognized(input: KnownFile, { written, read }: LeftFile): Recognized | undefined {
  const known = [...written, read];
  if (known.some((file) => hasSameBytes(input, file)) || isUnchanged(input, read)) return 'bytes';
  const name = resultNameOf(input);
  const isNamedSo = name !== undefined && known.some((file) => resultNameOf(file) === name);
  const isThere = input.path !== undefined && written.some(({ path }) => path === input.path);
  return isNamedSo || isThere ? 'name' : undefined;
}

/** Whether an input is what a load was given itself: whoever loads that again means to, whatever became of its rows. */
export function isInputOf({ inputs = [] }: LoadPlan, input: KnownFile): boolean {
  return inputs.some((each) => each.path === input.path && hasSameBytes(each, input));
}

/** What the rows of a load are in that were never sent: the result files of another one, for a retry. */
export function inputOf({ retried = [] }: LoadPlan): string {
  const paths = retried.flatMap(({ path }) => path ?? []);
  return paths.length === 0 ? 'the input' : paths.join(' and ');
}

/**
 * The name that a load has given to a result file, in whatever folder it is, compressed or saved by a spreadsheet or a browser:
 * it has the id of a job.
 */
export function resultNameOf({ path = '' }: KnownFile): string | undefined {
  const [, name] = resultName.exec(basename(path)) ?? [];
  return name?.toLowerCase();
}

const resultName = /^(([\w-]{15,})-(?:failed|unprocessed)-records)(?: ?\(\d+\))?\.\w/i;

/**
 * Whether the name of an input says that it has rows of another load than these files: the same rows that fail in the same way
 * make the same bytes, night after night.
 */
export async function isNamedAfterOther(
  { path = '' }: KnownFile,
  files: readonly LeftFile[],
  store: RunStore,
): Promise<boolean> {
  const [, , id] = resultName.exec(basename(path)) ?? [];
  const name = resultNameOf({ path });
  const isOne = files.some(({ written, read }) =>
    [...written, read].some((file) => resultNameOf(file) === name),
  );
  if (id === undefined || isOne) return false;
  const run = await (isRunId(id) ? store.find(id) : store.findByJobId(id)).catch(() => undefined);
  return run !== undefined && files.every(({ runId }) => runId !== run.runId);
}

function hasSameBytes(one: KnownFile, { bytes, crc32 }: KnownFile): boolean {
  return bytes !== undefined && bytes > 0 && one.bytes === bytes && one.crc32 === crc32;
}

/** Whether an input was changed since it was read: as it is now, it is neither what was read nor what the load has written. */
export async function isChangedSince({ read, written }: LeftFile): Promise<boolean> {
  const { path } = read;
  if (path === undefined || read.size === undefined) return false;
  const now = await fileAt(path);
  // One that is gone can't be meant to be sent.
  if (now.path === undefined || isUnchanged(now, read)) return false;
  const sum = await sumOf(path);
  return ![read, ...written].some((file) => hasSameBytes(sum, file));
}

/** Why a file that was fixed too late stops a retry. @param now what that reads @param id of what is retried */
export function changedTooLate(path: string, now: string, id: string): UsageError {
  return new UsageError(
    `${path} was changed after its rows were retried. A retry sends those that failed again as they are in ${now}. Nothing was sent.`,
    {
      actions: [
        `Make the changes, if any, in ${now}, and remove ${path}; then retry: sf bulk2 job retry --id ${id}`,
      ],
      data: { path, newest: now },
    },
  );
}

/** The same file, though it may have been read in another encoding. */
function isUnchanged({ path, size, mtimeMs }: KnownFile, other: KnownFile): boolean {
  return path !== undefined && path === other.path && size === other.size && mtimeMs === other.mtimeMs;
}

async function readFrom(read: KnownFile = {}): Promise<KnownFile> {
  if (read.path === undefined || read.size !== undefined) return read;
  return { ...read, path: await behindLinks(read.path), ...(await fileAt(read.path)) };
}

/** As journals have the paths of inputs. */
async function behindLinks(path: string): Promise<string> {
  const [real = path] = await realPaths([path]);
  return real;
}
