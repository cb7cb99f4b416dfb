import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { PartFile } from '../../files/part-file.js';
import { writeWhole } from '../../files/write-whole.js';
import type { CopyMaskKey } from '../../run/copy-mask.js';
import type { CopyObject } from '../../run/copy-record.js';
import { maskOf } from './masks.js';
import type { Masks } from './masked-sink.js';
import type { CopyWork } from '../model/work.js';
import { maskKeyFile, ownFile } from '../model/own-files.js';

const keyBytes = 32;
const fewestBytes = 16;

/**
 * Reads a key of a person's own.
 * @throws UsageError it can't be read, or is short enough to be guessed
 */
export async function readMaskKey(path: string): Promise<CopyMaskKey> {
  return { file: path, check: checkOf(await readKey(path)) };
}

/**
 * The key that a copy masks with: that of its plan, or one of its own, which it keeps until all records are exported.
 * @throws UsageError the key of the plan is another one now
 */
export async function maskKeyOf(work: CopyWork): Promise<Buffer> {
  const { maskKey } = work.journal.plan;
  if (maskKey === undefined) return ownKey(ownFile(work, maskKeyFile));
  const key = await readKey(maskKey.file);
  if (checkOf(key) === maskKey.check) return key;
  throw new UsageError(`The key in ${maskKey.file} isn't the one that this copy began with.`, {
    actions: ['Put it back: records of one copy are masked with one key.', 'Or start the copy again.'],
    data: { path: maskKey.file },
  });
}

/** The masks of an object, by column in small letters. */
export function masksOf({ masks = {} }: CopyObject, key: Buffer): Masks {
  return new Map(
    Object.entries(masks).map(([field, { kind, length }]) => [
      field.toLowerCase(),
      maskOf(kind, key, length),
    ]),
  );
}

async function ownKey(path: string): Promise<Buffer> {
  if (await isThere(path)) return readFile(path);
  const key = randomBytes(keyBytes);
  await writeWhole(await PartFile.open(path), (file) => file.write(key));
  return key;
}

async function readKey(path: string): Promise<Buffer> {
  let key: Buffer;
  try {
    key = await readFile(path);
  } catch (cause) {
    throw new UsageError(`The mask key ${path} can't be read: ${(cause as Error).message}`, { cause });
  }
  if (key.length >= fewestBytes) return key;
  throw new UsageError(`The mask key ${path} has ${key.length} bytes; it needs at least ${fewestBytes}.`, {
    actions: [`Make one: openssl rand -hex 32 > ${path}`],
    data: { path },
  });
}

/** Tells a key from another, and nothing about it. */
function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('key of sf bulk2 copy').digest('hex').slice(0, 16);
}
