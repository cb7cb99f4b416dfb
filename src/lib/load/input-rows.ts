import type { LoadPlan } from '../run/record.js';

/** Rows of a load's input: those that are sent, and those that are set aside. */
export function inputRowsOf({ rows, setAside }: Pick<LoadPlan, 'rows' | 'setAside'>): number {
  return rows + (setAside?.rows ?? 0);
}
