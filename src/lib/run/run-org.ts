import type { JournalRecord, RunOrg } from './record.js';

/** The org that a run began in; undefined for a journal without a first record. */
export function runOrgOf([first]: readonly JournalRecord[]): RunOrg | undefined {
  return first?.type === 'load' || first?.type === 'export' ? first.org : undefined;
}
