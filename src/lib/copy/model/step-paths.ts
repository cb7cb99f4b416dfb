import { ownFile, type CopyWork, type StepPlace } from './work.js';

/**
 * Files of a step: the rows to send, the ids of their records in the source, these as result files have them, and what is
 * not sent.
 */
export type StepPaths = Readonly<Record<'rows' | 'ids' | 'names' | 'held', string>>;

/** The files of a step of a round. */
export function stepPathsOf(
  work: Pick<CopyWork, 'runId' | 'contexts'>,
  { round, step }: StepPlace,
): StepPaths {
  const path = (name: string): string => ownFile(work, `step-${round}-${step}-${name}`);
  return { rows: path('rows.csv'), ids: path('ids'), names: path('names'), held: path('held.csv') };
}
