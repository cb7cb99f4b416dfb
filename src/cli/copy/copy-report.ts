import {
  leftFilesOf,
  type CopyStatus,
  type StepStatus,
  copyFilesOf,
  type HeldGroup,
} from '../../lib/copy/account.js';
import type { CopyStep, CopySurvey } from '../../lib/run/copy-record.js';
import type { Effort } from '../load/load-report.js';

/** The JSON of a copy: the same shape on success, partial failure, timeout and error. */
export type CopyReport = {
  /** Names the copy for "job resume" and "job retry"; null for a dry run. */
  runId: string | null;
  state: 'Planned' | 'InProgress' | 'Finished' | 'Aborted';
  objects: CopyObjectReport[];
  steps: CopyStepReport[];
  /** Users and queues that own records in the source, and aren't in the target. */
  ownersNotFound: string[];
  /** Of all objects. A record whose lookups could not be filled at the end counts as failed, not processed or held. */
  successfulRecords: number;
  failedRecords: number;
  unprocessedRecords: number;
  heldRecords: number;
  /** Why records are held, or will be; the most frequent reasons of each object first. */
  heldReasons: Array<{ object: string; reason: string; field: string; records: number }>;
  /** Of a dry run: what sending would take. */
  plan?: CopyPlanReport;
  resultsDir: string;
  /** With --report: the page that was written. */
  reportFilePath?: string;
  /** HTTP requests sent to both orgs. */
  apiRequests: number;
  elapsedMs: number;
};

export type CopyPlanReport = {
  jobs: number;
  /** Of the whole copy, its reading included; status checks come on top. */
  apiRequests: number;
  newRecords: number;
  /** Data storage that new records take. */
  storageMB: number;
  /** What is left in the target; empty where it may not be asked. */
  limits: Record<string, { Max: number; Remaining: number }>;
  /** What runs in the target for each record, of objects that have any, as far as it may be asked. */
  automation: Array<{ object: string; triggers: number; validationRules: number }>;
};

export type CopyObjectReport = {
  object: string;
  /** Records that were read from the source. */
  readRecords: number;
  /** Of these, those that don't belong to the copy ("within"). */
  outsideRecords: number;
  /** Records that the target has already, as far as they were matched before anything is sent; null where they weren't. */
  matchedRecords: number | null;
  /** Values that aren't sent since their parent isn't copied, by lookup: empty in new records, left as they are in others. */
  clearedLookups: Record<string, number>;
  /** Records whose owner or record type the target doesn't have, by lookup. */
  unmatchedLookups: Record<string, number>;
  /** Values that an update at the end is to fill, by lookup; those without a parent in the copy are in `clearedLookups`. */
  laterLookups: Record<string, number>;
  /** Values that it has filled, by lookup; null before. */
  filledLookups: Record<string, number> | null;
  /** Email and phone fields of a production org that are sent as they are. */
  unmaskedFields: string[];
  /** Matched records that keep other values than those of the source, in fields that can't be changed; null where they aren't compared. */
  keptRecords: number | null;
  /** Fields of the source that aren't sent. */
  leftOutFields: Array<{ field: string; reason: string }>;
  /** Which id became which; null until the copy has finished, or was aborted. */
  idsFilePath: string | null;
};

export type CopyStepReport = {
  object: string;
  /** `reference`: nothing was sent; records of the target were matched. */
  operation: 'insert' | 'upsert' | 'update' | 'reference';
  /** 0, or the length of the chain of parents in an object that refers to itself. */
  level: number;
  jobIds: string[];
  state: string;
  processedRecords: number;
  successfulRecords: number;
  failedRecords: number;
  unprocessedRecords: number;
  /** Not sent, since a parent failed, was held or isn't copied. */
  heldRecords: number;
  errors: Array<{ code: string; message: string; count: number }>;
  /** One for each round of retries. */
  successFilePaths: string[];
  failedFilePath: string | null;
  unprocessedFilePath: string | null;
};

/** @param held as the files of a copy tell that has ended; default: as it was found out before anything was sent */
export function copyReport(
  status: CopyStatus,
  effort: Effort,
  held: readonly HeldGroup[] = heldIn(status),
): CopyReport {
  const { plan, exported, surveys, steps, totals, isFinished, isAborted } = status;
  return {
    runId: status.runId === '' ? null : status.runId,
    state: isAborted ? 'Aborted' : isFinished ? 'Finished' : 'InProgress',
    objects: (surveys.length > 0 ? surveys : exported.map(unsurveyed)).map((each) =>
      objectReport(status, each),
    ),
    steps: steps.map((step) => stepReport(status, step)),
    ownersNotFound: [...status.missingOwners],
    successfulRecords: totals.successful,
    failedRecords: totals.failed,
    unprocessedRecords: totals.unprocessed,
    heldRecords: totals.held,
    heldReasons: held.map(({ object, reason, field, count }) => ({ object, reason, field, records: count })),
    resultsDir: plan.resultsDir,
    ...effort,
  };
}

function heldIn({ surveys }: CopyStatus): HeldGroup[] {
  return surveys.flatMap(({ object, heldReasons = [], laterHeld = [] }) =>
    [...heldReasons, ...laterHeld].map((each) => ({ object, ...each })),
  );
}

/** Of an object that was only read. */
function unsurveyed({ object, rows, outside }: CopyStatus['exported'][number]): CopySurvey {
  return { object, read: rows, outside, held: 0, levels: [], cleared: {}, later: {} };
}

function objectReport({ plan, steps, hasIds }: CopyStatus, survey: CopySurvey): CopyObjectReport {
  const { object, read, outside, cleared, unmatched, later } = survey;
  const planned = plan.objects.find((each) => each.object === object);
  return {
    object,
    readRecords: read,
    outsideRecords: outside,
    matchedRecords: matchedIn(survey),
    clearedLookups: { ...cleared },
    unmatchedLookups: { ...unmatched },
    laterLookups: { ...later },
    filledLookups: steps.find((step) => step.object === object && step.kind === 'later')?.filled ?? null,
    unmaskedFields: plan.isFromProduction === true ? [...(planned?.unmasked ?? [])] : [],
    keptRecords: survey.kept ?? null,
    leftOutFields: (planned?.leftOut ?? []).map((each) => ({ ...each })),
    idsFilePath: hasIds ? copyFilesOf(plan, object).ids : null,
  };
}

/** Matched records that are updated or left alone; null where nothing was matched. */
function matchedIn({ matchMaps, updates = [], unchanged = 0 }: CopySurvey): number | null {
  return matchMaps === undefined ? null : updates.reduce((sum, rows) => sum + rows, unchanged);
}

/** What a step does with its records. */
export function operationOf({ plan }: Pick<CopyStatus, 'plan'>, step: CopyStep): CopyStepReport['operation'] {
  const planned = plan.objects.find(({ object }) => object === step.object);
  if (step.kind === 'match') return planned?.operation === 'insert' ? 'insert' : 'reference';
  if (step.kind !== 'load') return 'update';
  return planned?.key === undefined ? 'insert' : 'upsert';
}

function stepReport(status: CopyStatus, step: StepStatus): CopyStepReport {
  const { object, level, jobIds, files, errors, counts, state } = step;
  const { successful = 0, failed = 0, unprocessed = 0, held = 0 } = counts ?? {};
  const left = leftFilesOf(step);
  return {
    object,
    operation: operationOf(status, step),
    level,
    jobIds: [...jobIds],
    state: state ?? 'Open',
    processedRecords: successful + failed,
    successfulRecords: successful,
    failedRecords: failed,
    unprocessedRecords: unprocessed,
    heldRecords: held,
    errors: errors.map((each) => ({ ...each })),
    successFilePaths: files.flatMap(({ success }) => success ?? []),
    failedFilePath: left.failed,
    unprocessedFilePath: left.unprocessed,
  };
}
