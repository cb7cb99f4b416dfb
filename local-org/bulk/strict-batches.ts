import { dialectOf, type Dialect } from '../csv/dialect.ts';
import { readRecords, readText, type CsvRecord } from '../csv/read-records.ts';
import { shuffle } from '../server/random.ts';
import { BatchApplier } from './apply-batch.ts';
import { checkStructure } from './check-structure.ts';
import type { Batch, Processing } from './batch.ts';
import { rawResultHeader } from './result-header.ts';
import { RowFaults } from './row-faults.ts';
import { SegmentWriter } from './segments.ts';

/**
 * Batches that save every row of the upload, in the order of the file.
 * @throws CsvStructureError before the first batch, when there is something wrong with the file as a whole
 */
export async function* strictBatches({ world, job, faults }: Processing): AsyncGenerator<Batch> {
  const structure = await checkStructure(world, job);
  if (structure === undefined) return;
  job.rawHeader = rawResultHeader(job, structure, world.options.quirks);
  const successful = new SegmentWriter(world.spool.next(`${job.id}-successful.csv`));
  const failed = new SegmentWriter(world.spool.next(`${job.id}-failed.csv`));
  job.successful = successful.file;
  job.failures = failed.file;
  const applier = new BatchApplier({ world, job, structure, rowFaults: new RowFaults(faults) });
  const isShuffled = world.options.quirks.resultOrder === 'random';
  const run = async (rows: readonly CsvRecord[]): Promise<void> => {
    const { successes, failures } = applier.apply(rows, job.processed + 1);
    await successful.add(isShuffled ? shuffle(successes, world.random) : successes);
    await failed.add(isShuffled ? shuffle(failures, world.random) : failures);
    job.failed += failures.length;
    job.processed += rows.length;
  };
  try {
    for await (const rows of batchesOf(
      dataRows(job.content?.path ?? '', dialectOf(job)),
      world.options.batchRows,
    )) {
      yield { rows: rows.length, run: () => run(rows) };
    }
  } finally {
    await Promise.all([successful.close(), failed.close()]);
    if (isShuffled)
      for (const { segments } of [successful.file, failed.file]) shuffle(segments, world.random);
  }
}

/** Records of an upload without the header. */
export async function* dataRows(path: string, dialect: Dialect): AsyncGenerator<CsvRecord[]> {
  let isFirst = true;
  for await (const records of readRecords(readText(path), dialect)) {
    yield isFirst ? records.slice(1) : records;
    isFirst = false;
  }
}

async function* batchesOf(lists: AsyncIterable<CsvRecord[]>, size: number): AsyncGenerator<CsvRecord[]> {
  let batch: CsvRecord[] = [];
  for await (const list of lists) {
    for (const record of list) {
      batch.push(record);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
