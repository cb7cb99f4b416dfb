import type { CopyObject, CopyStep, CopySurvey } from '../../run/copy-record.js';
import type { JournalRecord } from '../../run/record.js';

/** The loads of a copy in their order. */
export function stepsOf(surveys: readonly CopySurvey[]): CopyStep[] {
  // A level whose records are all held is a step too: their children have to know of them.
  const loads = surveys.flatMap(({ object, levels, updates, unchanged }) => [
    ...(unchanged === undefined ? [] : [{ object, kind: 'match', level: 0 } as const]),
    ...levels.flatMap((_, level): CopyStep[] => [
      { object, kind: 'load', level },
      ...(updates === undefined ? [] : [{ object, kind: 'update', level } as const]),
    ]),
  ]);
  const updates = surveys.flatMap(({ object, later, laterHeld = [] }): CopyStep[] =>
    Object.keys(later).length + laterHeld.length > 0 ? [{ object, kind: 'later', level: 0 }] : [],
  );
  return [...loads, ...updates];
}

/** Whether records that the target has not got are created. */
export function isCreating({ operation }: { readonly operation: string }): boolean {
  return operation === 'insert' || operation === 'upsert';
}

/** Whether records that the target has are not changed. */
export function isLeftAlone({ operation }: Pick<CopyObject, 'operation'>): boolean {
  return operation === 'insert' || operation === 'reference';
}

/** Rows that a step sends, as far as that is known before. */
export function rowsOf(step: CopyStep, surveys: readonly CopySurvey[]): number {
  const survey = surveys.find(({ object }) => object === step.object);
  if (survey === undefined || step.kind === 'match') return 0;
  if (step.kind === 'later')
    return survey.laterRows ?? Object.values(survey.later).reduce((sum, rows) => sum + rows, 0);
  return (step.kind === 'update' ? survey.updates : survey.levels)?.[step.level] ?? 0;
}

/** The steps that people see: those that send records, or one of an object of which none is sent. */
export function shownSteps<T extends CopyStep>(steps: readonly T[], surveys: readonly CopySurvey[]): T[] {
  const sends = (step: CopyStep): boolean => rowsOf(step, surveys) > 0;
  return steps.filter((step) => {
    const own = steps.filter(({ object }) => object === step.object);
    return sends(step) || (step === own[0] && !own.some(sends));
  });
}

/** The first step of a round of which not every record was loaded, where the plan stops there; else none comes before. */
export function stoppedAt(records: readonly JournalRecord[], round: number): number {
  const [first] = records;
  if (first?.type !== 'copy' || first.plan.stopsOnError !== true) return Number.POSITIVE_INFINITY;
  const stops = records.flatMap((record) =>
    record.type === 'mapped' && record.round === round && record.counts.failed + record.counts.unprocessed > 0
      ? [record.step]
      : [],
  );
  return Math.min(Number.POSITIVE_INFINITY, ...stops);
}
