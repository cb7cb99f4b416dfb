import { fstatSync, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { outputPlace } from './output-place.js';

/** A file that a command writes. */
export type NamedOutput = {
  /** The flag that names it: `--report`. */
  readonly flag: string;
  readonly path: string;
};

/** A file that no output of a command may take the place of. */
export type KeptFile = {
  /** A number is an open descriptor, which may be of a file. */
  readonly path: string | number;
  /** As the person knows it. */
  readonly name: string;
  /** What it is to the command. Default: `is read by this command`. */
  readonly is?: string;
};

export const standardInput: KeptFile = { path: 0, name: 'The file of standard input' };

/** What a shell has sent to a file would go on into one that has lost its name. */
const standardOutputs: readonly KeptFile[] = [
  { path: 1, name: 'The file of standard output', is: 'gets the output of this command' },
  { path: 2, name: 'The file of standard error', is: 'gets the messages of this command' },
];

/**
 * Makes sure that no output takes the place of a file that is read, or of another output, whatever paths lead there: links,
 * linked folders, hard links, names in another case.
 * @throws UsageError one would; it names the file and the flag
 */
export async function requireApart(
  outputs: readonly NamedOutput[],
  kept: readonly KeptFile[] = [],
): Promise<void> {
  const known = new Map<string, KeptFile>();
  for (const file of [...standardOutputs, ...kept]) {
    const id = await idOf(file.path);
    if (id !== undefined) known.set(id, file);
  }
  const flags = new Map<string, string>();
  for (const { flag, path } of outputs) {
    const place = await outputPlace(resolve(path), { id: 'apart' });
    const id = place.kind === 'file' ? await idOf(place.path) : undefined;
    if (id === undefined) continue;
    const file = known.get(id);
    if (file !== undefined) throw wouldReplace(file, flag);
    const other = flags.get(id);
    if (other !== undefined) throw sameFile(other, flag, path);
    flags.set(id, flag);
  }
}

function wouldReplace({ name, is = 'is read by this command' }: KeptFile, flag: string): UsageError {
  return new UsageError(`${name} ${is}, and ${flag} would replace it.`, {
    actions: [`Name another file with ${flag}.`],
    data: { path: name },
  });
}

function sameFile(one: string, other: string, path: string): UsageError {
  return new UsageError(`${one} and ${other} name the same file.`, {
    actions: [`Name another file with ${other}.`],
    data: { path },
  });
}

/** The same for whatever leads to a file, there or not; undefined for a descriptor of no file. */
async function idOf(path: string | number): Promise<string | undefined> {
  if (typeof path === 'number') {
    const open = descriptorStats(path);
    return open?.isFile() === true ? inodeOf(open) : undefined;
  }
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  const inode = found === undefined ? undefined : inodeOf(found);
  return inode ?? nameIn(path);
}

function descriptorStats(fd: number): BigIntStats | undefined {
  try {
    return fstatSync(fd, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Undefined where the file system has none. */
function inodeOf({ dev, ino }: BigIntStats): string | undefined {
  return ino === 0n ? undefined : `${dev}:${ino}`;
}

/** The folder of what is not there, and its name without case: file systems that tell cases apart are not everybody's. */
async function nameIn(path: string): Promise<string> {
  const absolute = resolve(path);
  const place = await outputPlace(absolute, { id: 'apart' }).catch(() => ({ path: absolute }));
  const folder = dirname(place.path);
  const name = basename(place.path).normalize('NFC').toLowerCase();
  return folder === place.path ? name : `${await idOf(folder)}/${name}`;
}
