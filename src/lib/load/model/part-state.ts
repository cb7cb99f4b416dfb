import type { JobInfo } from '../../api/types.js';
import type { JournalRecord } from '../../run/record.js';

/** How far a part has come, by what the journal says. */
export type PartState =
  | { readonly kind: 'planned' }
  /** A job was created and its data may be there or not. It is not closed, so that it processes nothing. */
  | { readonly kind: 'open'; readonly jobId: string }
  | { readonly kind: 'uploaded'; readonly jobId: string }
  /** Closing was asked for and its answer is not known. */
  | { readonly kind: 'closing'; readonly jobId: string }
  /** `info` as the answer to the close had it, where that is known. */
  | { readonly kind: 'closed'; readonly jobId: string; readonly info?: JobInfo }
  | { readonly kind: 'ended'; readonly jobId: string; readonly info: JobInfo };

/** Folds a journal into the state of each part. */
export function partStates(records: readonly JournalRecord[], parts: number): PartState[] {
  const states = Array.from({ length: parts }, (): PartState => ({ kind: 'planned' }));
  for (const record of records) {
    if (isStep(record)) states[record.part] = stateAfter(record);
    // Their jobs have failed without processing anything.
    if (record.type === 'uncompressed') for (const part of record.parts) states[part] = { kind: 'planned' };
  }
  return states;
}

/** What the org has told of the jobs that it was asked to close, by their ids. */
export function closedInfos(states: readonly PartState[]): Map<string, JobInfo> {
  return new Map(
    states.flatMap((state) =>
      'info' in state && state.info !== undefined ? [[state.jobId, state.info] as const] : [],
    ),
  );
}

const stepTypes = [
  'create',
  'created',
  'upload',
  'uploaded',
  'close',
  'closed',
  'abandoned',
  'ended',
] as const;

/** Records of what was asked of a part's job, and answered. */
type StepRecord = Extract<JournalRecord, { type: (typeof stepTypes)[number] }>;

function isStep(record: JournalRecord): record is StepRecord {
  return (stepTypes as readonly string[]).includes(record.type);
}

function stateAfter(record: StepRecord): PartState {
  switch (record.type) {
    case 'create':
    case 'abandoned':
      return { kind: 'planned' };
    case 'created':
    case 'upload':
      return { kind: 'open', jobId: record.jobId };
    case 'uploaded':
      return { kind: 'uploaded', jobId: record.jobId };
    case 'close':
      return { kind: 'closing', jobId: record.jobId };
    case 'closed':
      return {
        kind: 'closed',
        jobId: record.jobId,
        ...(record.info === undefined ? {} : { info: record.info }),
      };
    case 'ended':
      return { kind: 'ended', jobId: record.jobId, info: record.info };
  }
}
