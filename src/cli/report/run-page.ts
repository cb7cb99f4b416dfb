import type { JobInfo } from '../../lib/api/types.js';
import { accountOf } from '../../lib/load/account.js';
import type { RunStore } from '../../lib/run/store.js';
import { changeAccount } from './change-account.js';
import { loadPage } from './load-page.js';
import { haltOf, notesOn, type Told } from './notes.js';
import type { ReportPage } from './page.js';

/** Which run a page is of, and what is known of its jobs that its journal does not say. */
export type ReportedRun = {
  readonly runId: string;
  readonly store: RunStore;
  readonly infos: ReadonlyMap<string, JobInfo>;
};

/** The page of a load or a change by query by its journal. @returns undefined for an export */
export async function runPage(
  { runId, store, infos }: ReportedRun,
  told: Told,
): Promise<ReportPage | undefined> {
  const run = await store.find(runId);
  if (run === undefined) return undefined;
  const account = (await accountOf(run, store, infos)) ?? (await changeAccount(run, store));
  if (account === undefined) return undefined;
  const warnings = [...haltOf(account), ...(told.warnings ?? [])];
  return loadPage(account, await notesOn(account.org, { ...told, warnings }));
}
