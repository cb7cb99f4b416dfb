import { basename } from 'node:path';
import { realPaths } from '../files/real-paths.js';
import type { InputMark, LoadPlan } from '../run/record.js';
import type { RunView } from '../run/store.js';
import { fileAt } from './plan/inputs.js';
import { completeRecord } from './model/rounds.js';
import { loadStatusOf } from './model/status.js';

/** A file by what is known of it: where it is, and what was read of it. */
export type KnownFile = Partial<InputMark>;

/** A file with rows that a load has left, and what a retry reads in its place. */
export type LeftFile = {
  /** Where its rows are for a retry. */
  readonly path: string;
  /** As the load has written it. */
  readonly written: KnownFile;
  readonly read: KnownFile;
};

/**
 * How an input is known to have the rows of such a file: it has the same bytes, or was not changed since, so that all of its rows are those; or it is where
 * the file was, or is called as the load has called it, so that a person may have put other rows there.
 */
export type Recognized = 'bytes' | 'name';

/**
 * The files of failed and unprocessed rows of a load.
 * @param read what a retry reads in place of each, in their order; absent: nothing is known of it
 */
export async function leftFilesOf(
  { runId, records }: Pick<RunView, 'runId' | 'records'>,
  read: readonly KnownFile[],
): Promise<LeftFile[]> {
  const files = loadStatusOf(runId, records)?.files;
  const contents = completeRecord(records)?.left?.contents;
  const paths = (['failed', 'unprocessed'] as const).flatMap((kind) => {
    const path = files?.[kind];
    return typeof path === 'string' ? [{ kind, path }] : [];
  });
  return Promise.all(
    paths.map(async ({ kind, path }, index) => ({
      path: read[index]?.path ?? path,
      written: { path: await behindLinks(path), ...contents?.[kind] },
      read: await readFrom(read[index]),
    })),
  );
}

/** @returns undefined where nothing tells that the input has rows of the file */
export function recognized(input: KnownFile, { written, read }: LeftFile): Recognized | undefined {
  if (hasSameBytes(input, written) || hasSameBytes(input, read) || isUnchanged(input, read)) return 'bytes';
  const name = resultNameOf(input);
  const isNamedSo = name !== undefined && [written, read].some((file) => resultNameOf(file) === name);
  return isNamedSo || (input.path !== undefined && input.path === written.path) ? 'name' : undefined;
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
  const [, name] =
    /^([\w-]{15,}-(?:failed|unprocessed)-records)(?: ?\(\d+\))?\.\w/i.exec(basename(path)) ?? [];
  return name?.toLowerCase();
}

function hasSameBytes(one: KnownFile, { bytes, crc32 }: KnownFile): boolean {
  return bytes !== undefined && bytes > 0 && one.bytes === bytes && one.crc32 === crc32;
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
