import { copyHasSent, heldGroupsOf } from '../../lib/copy/account.js';
import { runOrgOf } from '../../lib/run/org.js';
import type { RunStore, RunView } from '../../lib/run/store.js';
import { copyPage } from './copy-page.js';
import { aliasOf, notesOn, type Told } from './notes.js';
import type { ReportPage } from './page.js';

/** The page of a copy as it stands. @returns undefined for any other run */
export async function copyRunPage(
  run: RunView,
  told: Told,
  store: Pick<RunStore, 'find'>,
): Promise<ReportPage | undefined> {
  const org = runOrgOf(run.records);
  const [first] = run.records;
  if (org === undefined || first?.type !== 'copy') return undefined;
  const notes = await notesOn(org, told);
  const hasSent = await copyHasSent(run, store);
  const heldGroups = await heldGroupsOf(first.plan);
  return copyPage(run, notes, { heldGroups, hasSent, sourceAlias: await aliasOf(first.source?.username) });
}
