import { Messages } from '@salesforce/core';
import {
  copyFilesOf,
  hasLeftRows,
  leftFilesOf,
  type CopyStatus,
  type HeldGroup,
} from '../lib/copy/account.js';
import { shellWord } from './shown.js';
import { formatCount, formatRecords } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** Reasons that a retry doesn't remove: they are in the source, or in the plan. */
const lasting: ReadonlySet<string> = new Set([
  'NO_KEY',
  'NO_MATCH',
  'NOTHING_TO_SEND',
  'VALUE_IS_NULL_MARK',
  'PARENT_NOT_COPIED',
  'PARENTS_FORM_A_CIRCLE',
  'OWNER_NOT_FOUND',
  'RECORD_TYPE_NOT_FOUND',
]);

/** Why records were held, as rows of a table. */
export function heldRows(held: readonly HeldGroup[]) {
  return held.map(({ object, count, reason, field }) => ({
    object,
    held: formatCount(count),
    reason,
    field: fieldsText(field),
  }));
}

/** Why records will be held: `Contact: 2 records will be held: NO_KEY (External_Id__c).` */
export function heldBefore(held: readonly HeldGroup[]): string[] {
  return held.map(({ object, count, reason, field }) => {
    const about = field === '' ? reason : `${reason} (${fieldsText(field)})`;
    return messages.getMessage('heldBefore', [object, formatRecords(count), about]);
  });
}

/** A record can be held by several of its lookups. */
function fieldsText(field: string): string {
  return field.replaceAll(' ', ', ');
}

/** What can be done about records that are left: a retry only where it could send one of them. */
export function leftLines(status: CopyStatus, held: readonly HeldGroup[]): string[] {
  const { plan, runId } = status;
  if (!hasLeftRows(status)) return [];
  const objects = [...new Set(held.map(({ object }) => object))];
  const files = status.steps.map(leftFilesOf);
  const sent = {
    failed: files.flatMap(({ failed }) => failed ?? []),
    unprocessed: files.flatMap(({ unprocessed }) => unprocessed ?? []),
  };
  const canFix = sent.failed.length + sent.unprocessed.length > 0;
  return [
    ...listed('failedIn', sent.failed),
    ...listed('unprocessedIn', sent.unprocessed),
    ...listed(
      'heldIn',
      objects.map((object) => copyFilesOf(plan, object).held),
    ),
    ...heldAdvice(plan, held),
    ...(canRetry(status, held) ? [messages.getMessage(canFix ? 'retryFixed' : 'retryWith', [runId])] : []),
  ];
}

/** What files have, and where they are: several of them in lines of their own. */
function listed(key: string, paths: readonly string[]): string[] {
  const [path, ...more] = paths;
  const heading = messages.getMessage(key);
  if (path === undefined) return [];
  return more.length === 0 ? [`${heading} ${path}`] : [heading, ...paths.map((each) => `  ${each}`)];
}

/** What to do about records that a retry would hold again, a sentence or two for each reason. */
export function heldAdvice(
  { objects, resultsDir }: Pick<CopyStatus['plan'], 'objects' | 'resultsDir'>,
  held: readonly HeldGroup[],
): string[] {
  const cannotClear = ({ object, field }: HeldGroup): boolean =>
    objects.some(
      ({ object: name, lookups }) =>
        name === object && lookups.some((each) => each.field === field && each.cannotClear),
    );
  const again = messages.getMessage('held.copyAgain', [shellWord(resultsDir)]);
  const texts = held
    .filter(({ reason }) => lasting.has(reason))
    .flatMap(ofEachParent)
    .map((group) => {
      const { object, field, reason } = group;
      const key = reason === 'PARENT_NOT_COPIED' && cannotClear(group) ? `${reason}.required` : reason;
      return messages.getMessage(`held.${key}`, [
        object,
        ...(field === '' ? [] : [fieldsText(field)]),
        again,
      ]);
    });
  return [...new Set(texts)];
}

/** What is said of one lookup is not said again of it and another one. */
function ofEachParent(group: HeldGroup): HeldGroup[] {
  if (!group.reason.startsWith('PARENT')) return [group];
  return group.field.split(' ').map((field) => ({ ...group, field }));
}

/** Records below held ones are held until these are sent; a retry sends what failed, and then what is below. */
export function canRetry({ steps }: CopyStatus, held: readonly HeldGroup[]): boolean {
  const isLeft = steps.some(({ counts }) => (counts?.failed ?? 0) + (counts?.unprocessed ?? 0) > 0);
  return isLeft || !held.some(({ reason }) => lasting.has(reason));
}
