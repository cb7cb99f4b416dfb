import type { Batch, Processing } from './process-ingest.ts';

/** Batches that count rows and save nothing: every row is a success. */
export function* sinkBatches({ job }: Processing): Generator<Batch> {
  for (const { rows } of job.content?.counted?.blocks ?? []) {
    yield () => {
      job.processed += rows;
    };
  }
}
