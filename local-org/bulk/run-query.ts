import { setTimeout as sleep } from 'node:timers/promises';
import { JobFailure } from '../contracts.ts';
import { dialectOf } from '../csv/dialect.ts';
import type { World } from '../server/world.ts';
import { tableResults } from '../tables/table-results.ts';
import { heldJob, isFinished, setState, type QueryJob, type QueryResults } from './job.ts';
import { writeRows } from './row-file.ts';

/** Takes a query job through its states, in the background. */
export async function runQueryJob(world: World, job: QueryJob): Promise<void> {
  const startedAtMs = Date.now();
  const faults = world.faults.take('query.process', job.id);
  try {
    await sleep(world.options.queryDelayMs);
    await faults.park(heldJob(job), 'before');
    if (isFinished(job)) return;
    setState(job, 'InProgress');
    await sleep(world.options.queryDelayMs);
    await faults.park(heldJob(job), 'after');
    const failure = faults.action('fail-job');
    if (failure !== undefined) throw new JobFailure('UNKNOWN', failure.errorMessage);
    const results = await produce(world, job);
    if (isFinished(job)) return;
    job.results = results;
    job.processed = results.rows;
    world.allowance.use('DailyBulkV2QueryFileStorageMB', results.bytes / 1_000_000);
    setState(job, 'JobComplete');
  } catch (error) {
    job.errorMessage = error instanceof JobFailure ? error.message : `Unknown : ${String(error)}`;
    setState(job, 'Failed');
  } finally {
    job.totalProcessingTimeMs = Math.max(1, Date.now() - startedAtMs);
  }
}

async function produce(world: World, job: QueryJob): Promise<QueryResults> {
  const { outcome } = job;
  if ('failure' in outcome) throw outcome.failure;
  const { quirks } = world.options;
  const dialect = dialectOf(job);
  const columns = outcome.columns;
  const order = columnOrder(
    columns.map(({ path }) => path),
    job.apiVersion,
  );
  const table = world.tables.get(outcome.object);
  if (table !== undefined) {
    return tableResults({
      table,
      columns: order.map((index) => columns[index]!),
      rows: outcome.size,
      dialect,
      quirks,
    });
  }
  return writeRows({
    path: world.spool.next(`${job.id}.csv`),
    columns,
    order,
    rows: outcome.rows,
    dialect,
    quirks,
  });
}

/** As selected from v50 on; alphabetical before. */
function columnOrder(paths: readonly string[], apiVersion: number): number[] {
  const order = paths.map((_, index) => index);
  if (apiVersion >= 50) return order;
  const key = (index: number): string => (paths[index] ?? '').toLowerCase();
  return order.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
