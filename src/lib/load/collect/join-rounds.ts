import { createReadStream } from 'node:fs';
import { cellText, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { delimiterCharacters } from '../../api/types.js';
import type { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import { RowCountError } from '../../errors.js';
import type { LoadPlan } from '../../run/record.js';
import { addKeySums, keyNameOf, keySumIn, noKeys, type KeySum } from '../keys/key-sum.js';
import { isRetriable } from '../model/error-message.js';
import { putBytes } from '../../output/put-cells.js';
import type { CollectedRound } from './collect-round.js';
import type { PerResultFile } from '../model/result-sets.js';
import { appendLines, writeGathered } from './result-files.js';

type Joining = {
  readonly rounds: readonly LoadPlan[];
  /** Where all rows are in the end. */
  readonly files: PerResultFile<string>;
};

/**
 * Brings the rows of several rounds together. The successful rows of later rounds are put behind those of the first; of
 * the failed ones those are left out that were retried; unprocessed rows are always retried, so that only those of the
 * last round count. Can be repeated: nothing that it reads is changed but for what is behind the first round's rows.
 *
 * @returns how many rows there are in the end
 * @throws RowCountError other rows were retried than are left out, or another number of them
 */
export async function joinRounds(
  collected: readonly CollectedRound[],
  { rounds, files }: Joining,
): Promise<PerResultFile<number>> {
  const [first] = collected as [CollectedRound];
  if (collected.length === 1) return first.progress.rows;
  const last = collected.at(-1) ?? first;
  await joinSuccesses(collected, files.success);
  const failed = await joinFailures(collected, { rounds, files });
  const success = collected.reduce((sum, { progress }) => sum + progress.rows.success, 0);
  return { success, failed, unprocessed: last.progress.rows.unprocessed };
}

/** Puts the successful rows of later rounds behind those of the first. */
export async function joinSuccesses(
  [first, ...others]: readonly CollectedRound[],
  path: string,
): Promise<void> {
  const { rows, bytes } = (first as CollectedRound).progress;
  await writeGathered(path, rows.success === 0 ? 0 : bytes.success, async (file) => {
    for (const { files, progress } of others) {
      if (progress.rows.success === 0) continue;
      await appendLines(file, readGathered(files.success, progress.bytes.success));
    }
  });
}

async function joinFailures(
  collected: readonly CollectedRound[],
  { rounds, files }: Joining,
): Promise<number> {
  const [{ columnDelimiter, lineEnding, operation, externalId }] = rounds as [LoadPlan];
  const form = {
    delimiter: delimiterCharacters[columnDelimiter],
    newline: Buffer.from(lineEnding === 'CRLF' ? '\r\n' : '\n'),
    keyName: keyNameOf(operation, externalId),
  };
  let total = 0;
  await writeGathered(files.failed, 0, async (file) => {
    for (const [number, round] of collected.entries()) {
      const { failed, unprocessed } = round.progress.rows;
      const next = rounds[number + 1];
      const isKept = next === undefined ? () => true : (error: string) => !isRetriable(error);
      const copied = await copyFailures(file, round, { ...form, isKept });
      const expected = next === undefined ? failed : failed + unprocessed - next.rows;
      if (copied.rows !== expected) throw notTheSame(expected, copied.rows);
      if (next !== undefined) await requireSameKeys(copied, round, { ...form, next });
      total += copied.rows;
    }
  });
  return total;
}

type Form = {
  readonly delimiter: string;
  readonly newline: Buffer;
  /** The column that tells rows apart; inserts have none. */
  readonly keyName: string | undefined;
};

type Copying = Form & {
  /** @param error the row's `sf__Error` */
  readonly isKept: (error: string) => boolean;
};

type Copied = {
  readonly rows: number;
  /** The checksums of the keys of all rows, and of those that were copied; undefined where there are none. */
  readonly allKeys: string | undefined;
  readonly keys: string | undefined;
};

/** Copies rows of failed records byte by byte. */
async function copyFailures(
  file: PartFile,
  { files, progress }: CollectedRound,
  { delimiter, newline, keyName, isKept }: Copying,
): Promise<Copied> {
  if (progress.rows.failed === 0) return { rows: 0, allKeys: noKeys, keys: noKeys };
  const reader = new RecordReader(readGathered(files.failed, progress.bytes.failed), delimiter);
  const out = new ByteSink();
  let rows = 0;
  let allKeys: KeySum | undefined;
  let keys: KeySum | undefined;
  const needsHeader = file.offset === 0;
  await reader.read(1, (record) => {
    const columns = recordTexts(record);
    allKeys = keySumIn(columns, keyName);
    keys = keySumIn(columns, keyName);
    if (needsHeader) putBytes(out, record, { from: record.start, to: record.end });
    if (needsHeader) out.append(newline);
  });
  await reader.read(
    Infinity,
    (record) => {
      allKeys?.add(record);
      if (!isKept(cellText(record, 1))) return;
      rows += 1;
      keys?.add(record);
      putBytes(out, record, { from: record.start, to: record.end });
      out.append(newline);
    },
    () => out.drain(file),
  );
  await out.drain(file);
  return { rows, allKeys: allKeys?.take(), keys: keys?.take() };
}

/**
 * Makes sure that the rows which are left out are those that the next round has sent, where rows have keys. Keys that the
 * service writes in its own way are no matter here: what was sent is what the files have.
 * @throws RowCountError
 */
async function requireSameKeys(
  { allKeys, keys }: Copied,
  round: CollectedRound,
  { delimiter, keyName, next }: Form & { readonly next: LoadPlan },
): Promise<void> {
  const sent = addKeySums(next.parts.flatMap(({ segments }) => segments.map(({ sum }) => sum)));
  const unprocessed = await keysOfUnprocessed(round, { delimiter, keyName });
  const before = addKeySums([allKeys, unprocessed]);
  const after = addKeySums([keys, sent]);
  if (before === undefined || after === undefined || before === after) return;
  throw new RowCountError(
    `The rows that were retried are not those that job results have as failed temporarily or not processed.`,
    { data: { before, after } },
  );
}

async function keysOfUnprocessed(
  { files, progress }: CollectedRound,
  { delimiter, keyName }: Pick<Form, 'delimiter' | 'keyName'>,
): Promise<string | undefined> {
  if (progress.rows.unprocessed === 0) return noKeys;
  const bytes = readGathered(files.unprocessed, progress.bytes.unprocessed);
  const reader = new RecordReader(bytes, delimiter);
  let keys: KeySum | undefined;
  await reader.read(1, (record) => {
    keys = keySumIn(recordTexts(record), keyName);
  });
  await reader.read(Infinity, (record) => keys?.add(record));
  return keys?.take();
}

/** What is behind the bytes that were journalled does not count. */
function readGathered(path: string, bytes: number): AsyncIterable<Buffer> {
  return createReadStream(path, { end: bytes - 1, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
}

function notTheSame(expected: number, kept: number): RowCountError {
  return new RowCountError(
    `${expected} failed rows were not to be retried, and the results have ${kept} that weren't.`,
    { data: { expected, received: kept } },
  );
}
