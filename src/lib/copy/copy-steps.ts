import type { CopyObject, CopyStep, CopySurvey } from '../run/copy-record.js';

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
  const updates = surveys.flatMap(({ object, later }): CopyStep[] =>
    Object.values(later).some((rows) => rows > 0) ? [{ object, kind: 'later', level: 0 }] : [],
  );
  return [...loads, ...updates];
}

/** Whether records that the target has are not changed. */
export function isLeftAlone({ operation }: Pick<CopyObject, 'operation'>): boolean {
  return operation === 'insert' || operation === 'reference';
}
