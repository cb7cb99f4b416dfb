import { createReadStream } from 'node:fs';
import { cellText, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { delimiterCharacters } from '../../api/types.js';
import { ByteSink } from '../../output/byte-sink.js';
import { putBytes } from '../../output/put-cells.js';
import type { LoadPlan } from '../../run/record.js';
import { isRetriable } from '../model/error-message.js';
import { cellsOf, type PerResultFile } from '../model/result-sets.js';
import type { CollectedRound } from './collect-round.js';
import { joinSuccesses } from './join-rounds.js';
import { writeGathered } from './result-files.js';
import { contentOf } from './row-hash.js';
import { SentRows, type RowHash } from './sent-rows.js';

type Form = Pick<LoadPlan, 'columns' | 'columnDelimiter' | 'lineEnding'>;

type Joining = {
  readonly plan: Form;
  /** Where all rows are in the end. */
  readonly files: PerResultFile<string>;
  /** Whether rows of the last round went into no job, so that they are still what the round before has made of them. */
  readonly isLastPartial: boolean;
  /** What the names of temporary files begin with. */
  readonly tempPath: string;
};

type Left = 'failed' | 'unprocessed';

/**
 * Brings together what is known of the rows of several rounds, where jobs of them are lost or were never closed. No row is
 * called failed or unprocessed that a later round may have saved: where it can't be told which rows a round has sent, those
 * that it took are in no file.
 * @returns how many rows there are in the end
 */
export async function joinKnown(
  collected: readonly CollectedRound[],
  { plan, files, isLastPartial, tempPath }: Joining,
): Promise<PerResultFile<number>> {
  const before = collected.at(-2);
  const last = collected.at(-1);
  using sent = new SentRows(tempPath);
  const isKnown =
    isLastPartial &&
    before !== undefined &&
    last !== undefined &&
    (await matchRounds(sent, { before, last }, plan));
  await joinSuccesses(collected, files.success);
  const rows = { failed: 0, unprocessed: 0 };
  for (const kind of ['failed', 'unprocessed'] as const) {
    await writeGathered(files[kind], 0, async (file) => {
      const out = new ByteSink();
      const newline = Buffer.from(plan.lineEnding === 'CRLF' ? '\r\n' : '\n');
      const put = (record: CsvRecord): void => {
        putBytes(out, record, { from: record.start, to: record.end });
        out.append(newline);
      };
      let hasHeader = false;
      for (const round of collected) {
        await readRows(round, kind, plan, {
          header: (record) => {
            if (!hasHeader) put(record);
            hasHeader = true;
          },
          row: (record) => {
            const isTaken = round !== last && isRetried(kind, record);
            if (isTaken && (round !== before || !isKnown || sent.isNextSent())) return;
            rows[kind] += 1;
            put(record);
          },
          pause: () => out.drain(file),
        });
      }
      await out.drain(file);
    });
  }
  const success = collected.reduce((sum, { progress }) => sum + progress.rows.success, 0);
  return { success, ...rows };
}

function isRetried(kind: Left, record: CsvRecord): boolean {
  return kind === 'unprocessed' || isRetriable(cellText(record, 1));
}

/** @returns whether it can be told which rows of the round before the last one has sent */
async function matchRounds(
  sent: SentRows,
  { before, last }: { readonly before: CollectedRound; readonly last: CollectedRound },
  plan: Form,
): Promise<boolean> {
  for (const kind of ['success', 'failed', 'unprocessed'] as const)
    await readRows(last, kind, plan, { row: (_, content) => sent.addSent(content()) });
  for (const kind of ['failed', 'unprocessed'] as const)
    await readRows(before, kind, plan, {
      row: (record, content) => {
        if (isRetried(kind, record)) sent.add(content());
      },
    });
  return sent.match();
}

type Visitor = {
  readonly header?: (record: CsvRecord) => void;
  /** @param content computes what the row is known by */
  readonly row: (record: CsvRecord, content: () => RowHash) => void;
  readonly pause?: () => Promise<void>;
};

async function readRows(
  { files, progress }: CollectedRound,
  kind: keyof PerResultFile<string>,
  { columns, columnDelimiter }: Form,
  { header, row, pause }: Visitor,
): Promise<void> {
  if (progress.rows[kind] === 0) return;
  // What is behind the bytes that were counted does not count.
  const bytes = createReadStream(files[kind], { end: progress.bytes[kind] - 1 }) as AsyncIterable<Buffer>;
  const reader = new RecordReader(bytes, delimiterCharacters[columnDelimiter]);
  let content = contentOf([]);
  await reader.read(1, (record) => {
    content = contentOf(cellsOf(recordTexts(record), columns));
    header?.(record);
  });
  await reader.read(
    Infinity,
    (record) => {
      row(record, () => content.read(record, 'result'));
    },
    pause,
  );
}
