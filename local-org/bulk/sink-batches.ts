import { text } from 'node:stream/consumers';
import { RowCounter, type CountedRows } from '../csv/row-counter.ts';
import type { Batch, Processing } from './batch.ts';
import { readRange, readRangeInPlace } from './segments.ts';

/**
 * Batches that count rows and save nothing: every row is a success.
 * The rows are counted here and not as they come in, so that an upload is as fast as the disk takes it.
 */
export async function* sinkBatches({ world, job }: Processing): AsyncGenerator<Batch> {
  const { content } = job;
  if (content === undefined) return;
  const counted = await countRows(content.path, content.bytes, world.options.batchRows);
  content.counted = counted;
  const header = await text(readRange(content.path, 0, counted.headerBytes));
  if (header !== '') job.rawHeader = header.replace(/\r?\n$/, '');
  for (const { rows } of counted.blocks) {
    const run = (): void => {
      job.processed += rows;
    };
    yield { rows, run };
  }
}

async function countRows(path: string, bytes: number, batchRows: number): Promise<CountedRows> {
  const counter = new RowCounter(batchRows);
  for await (const chunk of readRangeInPlace(path, 0, bytes)) counter.push(chunk);
  return counter.finish();
}
