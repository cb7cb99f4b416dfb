import { dirname, join, resolve } from 'node:path';
import { Messages, Org } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import {
  findFileOf,
  folderPlanName,
  readPlanFile,
  type CopyPlanFile,
  type ObjectPlan,
  type PlanOrg,
} from '../../lib/copy/plan-copy.js';
import { describer } from '../../lib/describe/describe.js';
import { UsageError } from '../../lib/errors.js';
import { isTaken } from '../../lib/files/file-facts.js';
import { fileProblem } from '../../lib/files/file-problem.js';
import { writeNewFile } from '../../lib/files/new-file.js';
import type { RunContext } from '../../lib/run/context.js';
import { isSameOrg, orgOf } from '../../lib/run/org.js';
import { contextOf, type OrgContext } from '../org-context.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** Flags that say where records come from and go to. */
export type PlaceFlags = {
  readonly 'source-org'?: Org | undefined;
  readonly 'source-dir'?: string | undefined;
  readonly 'target-org'?: Org | undefined;
  readonly 'output-dir'?: string | undefined;
  readonly 'api-version'?: string | undefined;
  readonly plan?: string | undefined;
  readonly sobject?: readonly string[] | undefined;
};

/** A plan, and the folder that paths in it begin in. */
export type FoundPlan = { readonly file: CopyPlanFile; readonly folder: string };

/** @throws UsageError nothing says what to copy */
export async function planOf(flags: PlaceFlags, signal: AbortSignal): Promise<FoundPlan> {
  const { plan, sobject, 'source-dir': folder } = flags;
  if (plan === undefined && sobject === undefined) {
    if (folder === undefined) throw new UsageError(messages.getMessage('error.NothingToCopy'));
    return { file: await readPlanFile(join(folder, folderPlanName), signal), folder: resolve(folder) };
  }
  const file: CopyPlanFile =
    plan === undefined
      ? { objects: (sobject ?? []).map((object) => ({ object })) }
      : await readPlanFile(plan, signal);
  if (folder === undefined) return { file, folder: plan === undefined ? '.' : dirname(resolve(plan)) };
  const objects: ObjectPlan[] = [];
  for (const each of file.objects) {
    const path = each.file === undefined ? await findFileOf(resolve(folder), each.object) : undefined;
    objects.push(path === undefined ? each : { ...each, file: [path], nullMark: 'hold' });
  }
  return { file: { ...file, objects }, folder: plan === undefined ? '.' : dirname(resolve(plan)) };
}

/** The orgs of a copy. Where the records only go into a folder, the source stands for both. */
export type CopyOrgs = { readonly source: OrgContext | undefined; readonly target: OrgContext };

/** @throws UsageError an org is missing, or isn't needed, or both are the same */
export async function openOrgs(
  flags: PlaceFlags,
  { objects }: CopyPlanFile,
  signal: AbortSignal,
): Promise<CopyOrgs> {
  const { 'source-org': from, 'api-version': apiVersion } = flags;
  const isFromOrg = objects.some(({ file }) => file === undefined);
  if (isFromOrg && from === undefined) throw needed('error.NoSourceOrg', 'action.NameSource');
  if (!isFromOrg && from !== undefined) throw needed('error.NoOrgNeeded', 'action.LeaveOutSource');
  if (flags['output-dir'] !== undefined) {
    if (from === undefined) throw needed('error.NothingToExport', 'action.NameSource');
    const source = await contextOf(from, apiVersion, signal);
    return { source, target: source };
  }
  const into = flags['target-org'] ?? (await Org.create({}));
  const source = from === undefined ? undefined : await contextOf(from, apiVersion, signal);
  const target = await contextOf(into, apiVersion, signal);
  if (source !== undefined && isSameOrg(await orgOf(source), await orgOf(target))) {
    await Promise.all([source.close(), target.close()]);
    throw needed('error.SameOrg', 'action.OtherOrg');
  }
  return { source, target };
}

function needed(message: string, action: string): UsageError {
  return new UsageError(messages.getMessage(message), { actions: [messages.getMessage(action)] });
}

export function planOrg({ api, signal }: RunContext): PlanOrg {
  const rest = restApi(withRetry(api), signal);
  return {
    describeOf: describer(rest),
    objectNames: rest.objectNames,
    records: (soql) => rest.records(soql),
  };
}

/** @throws UsageError the file is there: a person may have written it */
export async function requireNewFile(path: string): Promise<void> {
  if (!(await isTaken(path))) return;
  throw new UsageError(messages.getMessage('error.PlanIsThere', [path]), {
    actions: [messages.getMessage('action.OtherFile')],
  });
}

/** @throws UsageError it can't be written there */
export async function writeNewPlan(path: string, text: string): Promise<void> {
  try {
    await writeNewFile(resolve(path), text);
  } catch (cause) {
    const problem = fileProblem(cause);
    if (problem === undefined) throw cause;
    const actions = [messages.getMessage('action.OtherFile')];
    throw new UsageError(messages.getMessage('error.PlanNotWritten', [path, problem]), { cause, actions });
  }
}
