import { setTimeout as sleep } from 'node:timers/promises';
import { CsvStructureError } from '../csv/read-records.ts';
import type { World } from '../server/world.ts';
import type { Processing } from './batch.ts';
import { heldJob, isFinished, setState, type IngestJob } from './job.ts';
import { sinkBatches } from './sink-batches.ts';
import { strictBatches } from './strict-batches.ts';

/** A failure of the whole job; the message is its `errorMessage`. */
class JobFailure extends Error {}

/** Takes a closed job through its states, in the background. */
export async function processIngestJob(world: World, job: IngestJob): Promise<void> {
  const startedAtMs = Date.now();
  const faults = world.faults.take('ingest.process', job.id);
  await sleep(world.options.batchDelayMs);
  await faults.park(heldJob(job), 'before');
  if (isFinished(job)) return;
  setState(job, 'InProgress');
  job.retries = faults.action('batch-retries')?.retries ?? 0;
  try {
    await runBatches({ world, job, faults });
    if (!isFinished(job)) setState(job, 'JobComplete');
  } catch (error) {
    fail(job, error);
  } finally {
    job.totalProcessingTimeMs = Math.max(1, Date.now() - startedAtMs);
  }
}

async function runBatches(processing: Processing): Promise<void> {
  const { world, job, faults } = processing;
  if (job.content === undefined) return;
  const failure = faults.action('fail-job');
  let done = 0;
  const batches = world.options.ingestMode === 'sink' ? sinkBatches(processing) : strictBatches(processing);
  for await (const { rows, run } of batches) {
    await faults.park(heldJob(job), 'after', done);
    if (done === failure?.afterBatches) break;
    if (!world.allowance.useBatch(rows)) {
      job.restIsUnrecorded = true;
      throw new JobFailure('ExceededQuota : ApiBatchItems Limit exceeded');
    }
    await sleep(world.options.batchDelayMs);
    if (isFinished(job)) return;
    const startedAtMs = performance.now();
    await run();
    job.apiActiveProcessingTimeMs += Math.ceil(performance.now() - startedAtMs);
    done += 1;
  }
  await faults.park(heldJob(job), 'after', done);
  if (failure !== undefined) throw new JobFailure(failure.errorMessage);
}

function fail(job: IngestJob, error: unknown): void {
  if (isFinished(job)) return;
  const isKnown = error instanceof JobFailure || error instanceof CsvStructureError;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  job.errorMessage = isKnown ? error.message : `Unknown : ${detail}`;
  setState(job, 'Failed');
}
