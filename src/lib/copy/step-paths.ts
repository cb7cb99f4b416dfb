import type { StepPaths } from './step-file.js';
import { ownFile, type CopyWork, type StepPlace } from './work.js';

/** The files of a step of a round. */
export function stepPathsOf(
  work: Pick<CopyWork, 'runId' | 'contexts'>,
  { round, step }: StepPlace,
): StepPaths {
  const path = (name: string): string => ownFile(work, `step-${round}-${step}-${name}`);
  return { rows: path('rows.csv'), ids: path('ids'), names: path('names'), held: path('held.csv') };
}
