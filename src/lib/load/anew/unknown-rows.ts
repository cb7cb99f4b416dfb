import { RowCountError } from '../../errors.js';
import type { ClosedJobs, LostPart } from './closed-jobs.js';
import { openPlaces } from '../collect/places.js';
import { rowsOf } from '../model/rounds.js';
import type { CollectOutcome } from '../model/result-sets.js';
import type { LostJob, UnknownRows } from '../model/status.js';

/**
 * Rows that were sent and are in no file, since the results of their jobs can't be had.
 * @param sentRows rows of the input that are in closed jobs, or in a file as unprocessed
 * @returns undefined where there are none
 * @throws RowCountError there are more than the lost jobs can have, or the files have more rows than were sent
 */
export async function unknownRows(
  { lost, isLastRoundPartial }: ClosedJobs,
  { successful, failed, unprocessed }: CollectOutcome,
  sentRows: number,
): Promise<UnknownRows | undefined> {
  const rows = sentRows - successful - failed - unprocessed;
  const most = isLastRoundPartial ? sentRows : rowsOf(lost.map(({ part }) => part));
  if (rows < 0 || rows > most) {
    throw new RowCountError(
      `${sentRows} rows were sent, but the results have ${successful} successful + ${failed} failed + ${unprocessed} unprocessed rows.`,
      { data: { sentRows, successful, failed, unprocessed } },
    );
  }
  if (rows === 0 && lost.length === 0) return undefined;
  const jobs: LostJob[] = [];
  for (const each of lost) jobs.push(await lostJob(each));
  return { rows, jobs };
}

async function lostJob({ jobId, part, error, ...of }: LostPart): Promise<LostJob> {
  return { jobId, reason: error.message, rows: part.rows, places: await placesOf({ part, ...of }) };
}

/** Rows of a retry have no places of their own, and the numbers of those that were left out may be gone. */
async function placesOf({ part, plan, round }: Pick<LostPart, 'part' | 'plan' | 'round'>) {
  if (round > 0) return [];
  const places: Array<LostJob['places'][number]> = [];
  for (const { source: index, firstRow, rows } of part.segments) {
    const source = plan.sources[index];
    if (source === undefined || rows === 0) continue;
    try {
      using numbers = await openPlaces(source);
      const [first, last] = [numbers.placeOf(firstRow), numbers.placeOf(firstRow + rows - 1)];
      const isOneRun = first.file === last.file && last.row >= first.row && first.row > 0;
      if (isOneRun) places.push({ file: first.file, from: first.row, to: last.row });
    } catch {
      return [];
    }
  }
  return places;
}
