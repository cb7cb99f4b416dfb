import { createReadStream } from 'node:fs';
import { cellText } from '../../csv/cells.js';
import { CsvPage } from '../../csv/page.js';
import { RecordReader } from '../../csv/record-reader.js';
import { delimiterCharacters } from '../../api/types.js';
import type { PartFile } from '../../files/part-file.js';
import { ByteSink } from '../../output/byte-sink.js';
import { RowCountError } from '../../row-count-error.js';
import type { LoadPlan } from '../../run/record.js';
import { isRetriable } from './row-error.js';
import { putBytes } from './put-cells.js';
import type { CollectedRound } from './collect-round.js';
import type { PerResultFile } from './request.js';
import { openGathered } from './result-files.js';

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
 * @throws RowCountError another number of rows was retried than is left out
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

async function joinSuccesses([first, ...others]: readonly CollectedRound[], path: string): Promise<void> {
  const { rows, bytes } = (first as CollectedRound).progress;
  await writing(path, rows.success === 0 ? 0 : bytes.success, async (file) => {
    for (const { files, progress } of others) {
      if (progress.rows.success === 0) continue;
      const page = new CsvPage({ skipHeader: file.offset > 0 });
      for await (const chunk of readGathered(files.success, progress.bytes.success)) {
        const lines = page.push(chunk);
        if (lines !== undefined) await file.write(lines);
      }
    }
  });
}

async function joinFailures(
  collected: readonly CollectedRound[],
  { rounds, files }: Joining,
): Promise<number> {
  let total = 0;
  await writing(files.failed, 0, async (file) => {
    for (const [number, { files: gathered, progress }] of collected.entries()) {
      const { failed, unprocessed } = progress.rows;
      const next = rounds[number + 1];
      const expected = next === undefined ? failed : failed + unprocessed - next.rows;
      const kept =
        failed === 0
          ? 0
          : await copyFailures(file, readGathered(gathered.failed, progress.bytes.failed), {
              delimiter: delimiterCharacters[rounds[0]?.columnDelimiter ?? 'COMMA'],
              newline: Buffer.from(rounds[0]?.lineEnding === 'CRLF' ? '\r\n' : '\n'),
              isKept: next === undefined ? () => true : (error) => !isRetriable(error),
            });
      if (kept !== expected) throw notTheSame(expected, kept);
      total += kept;
    }
  });
  return total;
}

type Copying = {
  readonly delimiter: string;
  readonly newline: Buffer;
  /** @param error the row's `sf__Error` */
  readonly isKept: (error: string) => boolean;
};

/** Copies rows of failed records byte by byte. @returns how many */
async function copyFailures(
  file: PartFile,
  bytes: AsyncIterable<Buffer>,
  { delimiter, newline, isKept }: Copying,
): Promise<number> {
  const reader = new RecordReader(bytes, delimiter);
  const out = new ByteSink();
  let rows = 0;
  const needsHeader = file.offset === 0;
  await reader.read(1, (record) => {
    if (needsHeader) putBytes(out, record, { from: record.start, to: record.end });
    if (needsHeader) out.append(newline);
  });
  await reader.read(
    Infinity,
    (record) => {
      if (!isKept(cellText(record, 1))) return;
      rows += 1;
      putBytes(out, record, { from: record.start, to: record.end });
      out.append(newline);
    },
    () => file.write(out.take()),
  );
  await file.write(out.take());
  return rows;
}

async function writing(
  path: string,
  offset: number,
  write: (file: PartFile) => Promise<void>,
): Promise<void> {
  const file = await openGathered(path, offset);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
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
