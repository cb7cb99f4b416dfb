import { Messages } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import { ApiError } from '../../lib/api/errors.js';
import type { ChangeProgress } from '../../lib/run/change-plan.js';
import type {
  answeredIn,
  ByQueryOutcome,
  FieldTemplate,
  FoundRecords,
  SavedRecords,
} from '../../lib/by-query/by-query.js';
import type { RunContext } from '../../lib/run/context.js';
import { kindOfHost, type KindOfOrg } from '../org-name.js';
import type { Effort } from '../load/load-report.js';
import { shellWord } from '../shown.js';
import { formatCount, formatElapsed, formatRequests, formatTime } from '../units.js';
import type { ChangeFacts } from '../report/change-facts.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');

/** `delete 1,234 Account records`, or `set Industry to "Utilities" in 1,234 Account records` */
export function deedText({ request, count, object }: FoundRecords): string {
  const records = recordsText(count, object);
  if (request.operation !== 'update')
    return `${request.operation === 'delete' ? 'delete' : 'delete for good'} ${records}`;
  return typeof request.change === 'function'
    ? `update ${records}`
    : `${setText(request.change)} in ${records}`;
}

function setText(change: FieldTemplate): string {
  const values = Object.entries(change).map(([field, value]) => {
    const isCleared = value === null || value === '' || value === '#N/A';
    return `${field} to ${isCleared ? 'nothing' : `"${value instanceof Date ? value.toISOString() : value}"`}`;
  });
  return `set ${values.join(', ')}`;
}

export function recordsText(count: number, object: string): string {
  return `${formatCount(count)} ${object} ${count === 1 ? 'record' : 'records'}`;
}

/** The org as a person knows it, a production org named as such. */
export async function orgText(context: RunContext): Promise<string> {
  const { username, instanceUrl } = context.org;
  const name = username === undefined ? instanceUrl : `${username} (${instanceUrl})`;
  return messages.getMessage(`org.${await kindOfOrg(context)}`, [name]);
}

async function kindOfOrg({ api, org, signal, retryPolicy }: RunContext): Promise<KindOfOrg | 'unknown'> {
  try {
    const rest = restApi(withRetry(api, undefined, retryPolicy), signal);
    const { records } = await rest.query('SELECT IsSandbox, OrganizationType FROM Organization');
    const { IsSandbox: isSandbox, OrganizationType: edition } = records[0] ?? {};
    // The service calls scratch orgs sandboxes too.
    if (isSandbox === true) return kindOfHost(org.instanceUrl) === 'scratch' ? 'scratch' : 'sandbox';
    return edition === 'Developer Edition' ? 'developer' : 'production';
  } catch (error) {
    // Not every user may read it.
    if (error instanceof ApiError) return 'unknown';
    throw error;
  }
}

export function questionText(found: FoundRecords, org: string): string {
  return messages.getMessage('question', [deedText(found), org]);
}

export function byQueryDryRunText(found: FoundRecords, org: string): string {
  return messages.getMessage('dryRun', [deedText(found), org, messages.getMessage(`route.${found.route}`)]);
}

/** Where the ids and old values are, and whether they are as many as were counted. */
export function savedText({ found, count }: SavedRecords, path: string): string {
  const key = found.request.operation === 'update' ? 'saved.update' : 'saved.delete';
  const saved = messages.getMessage(key, [recordsText(count, found.object), path]);
  if (count === found.count) return saved;
  return `${messages.getMessage('otherCount', [formatCount(found.count), formatCount(count)])}\n${saved}`;
}

export function byQueryDoneText(
  { operation, object }: ChangeFacts,
  { successful, failed, skipped }: ByQueryOutcome,
  { elapsedMs, apiRequests, isResumed }: Effort & { readonly isResumed: boolean },
): string {
  const figures = [formatCount(successful), formatCount(failed)];
  const start = [operation, object, ...figures];
  const duration = [formatElapsed(elapsedMs), formatRequests(apiRequests)];
  const elapsed = messages.getMessage(isResumed ? 'elapsedResumed' : 'elapsed', duration);
  if (skipped === 0) return messages.getMessage('done', [...start, elapsed]);
  return messages.getMessage('doneWithSkipped', [...start, formatCount(skipped), elapsed]);
}

/** Of a change over Bulk, whose load has told of them among the rows that failed. */
export function skippedText(skipped: number): string {
  return messages.getMessage('skipped', [formatCount(skipped)]);
}

/** What a change that stopped has left, and how to take it back. */
export function stoppedTexts(facts: ChangeFacts, { successful, failed }: ChangeProgress): readonly string[] {
  const undo = undoText(facts);
  const figures = [formatCount(successful), formatCount(facts.total), formatCount(failed)];
  return [messages.getMessage('stopped', figures), ...(undo === undefined ? [] : [undo])];
}

/** Of a change that was ended where it stood. @param reason a sentence: who has ended it */
export function endedText(
  { runId, object, total }: ChangeFacts,
  { progress: { successful, failed }, maySent }: ReturnType<typeof answeredIn>,
  reason: string,
): string {
  const figures = [formatCount(successful), recordsText(total, object), formatCount(failed)];
  const text = messages.getMessage('ended', [runId, reason, ...figures]);
  return maySent ? `${text} ${messages.getMessage('mayHaveChanged')}` : text;
}

/** How to take the change back, where that can be; undefined where nothing was saved. */
export function undoText({ operation, object, savedFilePath, org }: ChangeFacts): string | undefined {
  if (savedFilePath === undefined) return undefined;
  const isUpdate = operation === 'update';
  const values = isUpdate
    ? [savedFilePath, object, org.username ?? org.instanceUrl].map((word) => shellWord(word))
    : [savedFilePath];
  return messages.getMessage(`undo.${operation}`, values);
}

/** Of a change over Bulk that is resumed. @param time when its new values were made */
export function oldValuesText(time: string): string {
  return messages.getMessage('oldValues', [formatTime(time)]);
}
