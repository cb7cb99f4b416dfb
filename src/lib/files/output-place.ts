import { constants } from 'node:fs';
import { access, lstat, readlink, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Bulk2Error, UsageError } from '../errors.js';

/** Where an output goes, as the file system had it at the start. Paths are absolute. */
export type OutputPlace = FilePlace | StreamPlace;

/** A plain file, there or not. It appears under its name when it is complete. */
export type FilePlace = {
  readonly kind: 'file';
  /** What is replaced: behind all links, which stay what they are. */
  readonly path: string;
  /** What is written until then. Nobody else has this name. */
  readonly partial: string;
  /** Permissions of the file that is replaced; absent for a new one, which gets them by the umask. */
  readonly mode?: number;
};

/** A pipe, a device, or an open descriptor of this process: it takes bytes as they come, and none of them back. */
export type StreamPlace = {
  readonly kind: 'stream';
  readonly path: string;
  /** The descriptor that the path names, as `/dev/fd/63` does. */
  readonly fd?: number;
};

/** What a complete output, or the manifest of one in a folder, is known again by once it has its name. */
export type OutputStamp = {
  readonly bytes: number;
  /** Modification time, whole milliseconds since 1970. */
  readonly mtimeMs: number;
};

export type PlaceOptions = {
  /** Of the run that writes, or anything else that no other writer has. */
  readonly id: string;
  /** Where the partial file goes if there is a file to replace in a folder that takes no new ones. */
  readonly spareFolder?: string;
};

/**
 * Finds out what a path is, without touching it.
 * @param path absolute
 * @throws UsageError it is a link that comes back to itself
 */
export async function outputPlace(path: string, { id, spareFolder }: PlaceOptions): Promise<OutputPlace> {
  const end = await behindLinks(path);
  if (end.fd !== undefined) return { kind: 'stream', path, fd: end.fd };
  const found = await stat(end.path).catch(() => undefined);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) return { kind: 'stream', path };
  const folder = dirname(end.path);
  const isOpen = found === undefined || spareFolder === undefined || (await takesFiles(folder));
  const name = `${basename(end.path).slice(0, longestName)}.${id}.part`;
  return {
    kind: 'file',
    path: end.path,
    partial: join(isOpen ? folder : spareFolder, name),
    ...(found === undefined ? {} : { mode: found.mode & 0o777 }),
  };
}

/** The same of an output that takes the place of a plain file. @throws Bulk2Error something else is there */
export async function filePlace(path: string, options: PlaceOptions): Promise<FilePlace> {
  const place = await outputPlace(path, options);
  if (place.kind === 'file') return place;
  throw new Bulk2Error(`${path} isn't a file.`);
}

/**
 * Removes what was written of an output that nobody is going to finish. Runs of earlier versions have no place: the names
 * that they wrote to may be anybody's.
 */
export async function removePartial(
  place: StreamPlace | { readonly kind: 'file' | 'folder'; readonly partial: string } | undefined,
): Promise<void> {
  if (place === undefined || place.kind === 'stream') return;
  await rm(place.partial, { recursive: true, force: true });
}

/** Names have 255 bytes at the most; the run's id has to fit in. */
const longestName = 60;

/** As many as Linux follows. */
const mostLinks = 40;

/** Follows links to what they name, there or not; a link to an open descriptor is not followed. */
async function behindLinks(path: string): Promise<{ readonly path: string; readonly fd?: number }> {
  let at = path;
  for (let links = 0; links < mostLinks; links += 1) {
    const fd = descriptorOf(at);
    if (fd !== undefined) return { path, fd };
    const found = await lstat(at).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) {
      const folder = await realpath(dirname(at)).catch(() => dirname(at));
      return { path: join(folder, basename(at)) };
    }
    at = resolve(dirname(at), await readlink(at));
  }
  throw new UsageError(`${path} is a link that points to itself.`, {
    actions: ['Name another output, or remove the link.'],
    data: { path },
  });
}

/** The names that Linux has for the descriptors of this process, those of its threads included. */
const descriptorPath = /^\/(?:dev|proc\/(?:self|thread-self|(\d+))(?:\/task\/\d+)?)\/fd\/(\d+)$/;

function descriptorOf(path: string): number | undefined {
  if (path === '/dev/stdout') return 1;
  if (path === '/dev/stderr') return 2;
  const [, pid, fd] = descriptorPath.exec(path) ?? [];
  return fd === undefined || (pid !== undefined && Number(pid) !== process.pid) ? undefined : Number(fd);
}

async function takesFiles(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
