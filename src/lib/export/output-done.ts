import { join } from 'node:path';
import { fileSize } from '../files/file-size.js';
import { partFileName } from '../output/dataset-manifest.js';
import { isResumable, type ResultFormat } from '../output/writer.js';
import type { ExportPlan } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { placeOf } from './sinks/place.js';
import type { DonePage } from './sinks/sink.js';

/** What an earlier run has put into the partial output, and where each query job goes on. */
export type OutputDone = {
  readonly header: Buffer;
  readonly pages: readonly DonePage[];
  /** The query jobs that have given pages, by part. */
  readonly parts: ReadonlyMap<number, PartDone>;
};

export type PartDone = {
  readonly rows: number;
  /** Of the next page; undefined when all are there. */
  readonly nextLocator: string | undefined;
};

/**
 * Reads from the journal how far the output has come. Undefined when it has to start over: a stream cannot be taken
 * up in the middle, nor can a Parquet file, nor a partial output that has been removed or cut.
 */
export async function outputDone(
  records: readonly JournalRecord[],
  plan: ExportPlan,
): Promise<OutputDone | undefined> {
  const done = replay(records);
  return done !== undefined && (await isThere(plan, done.pages)) ? done : undefined;
}

function replay(records: readonly JournalRecord[]): OutputDone | undefined {
  let pages: DonePage[] = [];
  let parts = new Map<number, PartDone>();
  let header = '';
  for (const record of records) {
    // An earlier attempt had to start over, or has left what does not add up.
    if (record.type === 'restart' || (record.type === 'page' && record.page === 0)) {
      pages = [];
      parts = new Map();
    }
    if (record.type !== 'page') continue;
    if (record.page === 0) header = record.header;
    const { part = 0, rows, offset, nextLocator } = record;
    pages.push({ rows, offset });
    parts.set(part, { rows: (parts.get(part)?.rows ?? 0) + rows, nextLocator });
  }
  return pages.length === 0 ? undefined : { header: Buffer.from(header), pages, parts };
}

async function isThere(plan: ExportPlan, pages: readonly DonePage[]): Promise<boolean> {
  const { format, gzip = false } = plan;
  const place = placeOf(plan);
  if (place?.kind === 'folder') {
    const sizes = pages.map((_, index) =>
      fileSize(join(place.partial, partFileName(index, format as ResultFormat, gzip))),
    );
    return (await Promise.all(sizes)).every((size, index) => size === pages[index]?.offset);
  }
  if (place?.kind !== 'file' || !isResumable(format as ResultFormat)) return false;
  return (await fileSize(place.partial)) >= (pages.at(-1)?.offset ?? 0);
}
