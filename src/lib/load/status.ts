import type { JobInfo, JobState } from '../api/types.js';
import type { LoadPlan } from '../run/record.js';
import type { ErrorGroup } from './collect/error-groups.js';
import type { PerResultFile } from './collect/request.js';

/** How many rows of a load are where. Together they are the rows of the input. */
export type LoadFigures = {
  /** Rows that the org has looked at, the failed ones included. */
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  readonly unprocessed: number;
};

/** A load as it stands at some moment. */
export type LoadStatus = LoadFigures & {
  readonly runId: string;
  readonly plan: LoadPlan;
  /** Ids of the closed jobs, in the order of the parts. */
  readonly jobIds: readonly string[];
  /** What the org last said of the jobs that it was asked for. */
  readonly jobs: readonly JobInfo[];
  /** One state for the whole load: the worst of any job, otherwise the least advanced. */
  readonly state: JobState;
  readonly errors: readonly ErrorGroup[];
  /** Present once the results have been collected. */
  readonly files?: PerResultFile<string>;
};

const worstFirst: readonly JobState[] = [
  'Failed',
  'Aborted',
  'Open',
  'UploadComplete',
  'InProgress',
  'JobComplete',
];

/** A state that nobody knows is not the end of a job. */
export function stateOfAll(states: readonly JobState[]): JobState {
  const worst = worstFirst.find((state) => states.includes(state)) ?? 'JobComplete';
  const isEnded = worst === 'JobComplete' && states.some((state) => !worstFirst.includes(state));
  return isEnded ? 'InProgress' : worst;
}

/** Figures by what the jobs say of themselves, before their results are there. */
export function figuresOf(rows: number, infos: readonly JobInfo[]): LoadFigures {
  const processed = infos.reduce((sum, info) => sum + (info.numberRecordsProcessed ?? 0), 0);
  const failed = infos.reduce((sum, info) => sum + (info.numberRecordsFailed ?? 0), 0);
  return { processed, successful: processed - failed, failed, unprocessed: rows - processed };
}
