import { isSameTime } from '../describe/rest-values.js';
import { recordsById, type RestApi, type RestRecord } from '../api/rest.js';
import { modifiedText } from '../load/skip-modified.js';
import { skipped, succeeded, type RecordResult } from './record-result.js';
import { plainFields, type SavedRecord } from './save.js';

/** Where records are changed, and how. */
export type ChangeTarget = {
  readonly rest: RestApi;
  readonly object: string;
  readonly operation: 'update' | 'delete';
  /** The field that tells when a record was last modified; absent: the object has none. */
  readonly stampField?: string | undefined;
};

/** What is known of records without sending them: results of some, and those that are still to be sent. */
type Settled = {
  readonly results: readonly RecordResult[];
  readonly open: readonly SavedRecord[];
};

/**
 * Asks the org for records before they are sent again, or long after they were found: those that it has changed already
 * are done, and those that somebody has modified since they were found are left alone.
 * @param maySent whether they may have been sent before, so that a change may be this run's own
 */
export async function settle(
  records: readonly SavedRecord[],
  target: ChangeTarget,
  maySent: boolean,
): Promise<Settled> {
  const now = new Map((await read(records, target)).map((record) => [String(record.Id), record]));
  const results: RecordResult[] = [];
  const open: SavedRecord[] = [];
  for (const record of records) {
    const result = resultOf(record, now.get(record.id), { target, maySent });
    if (result === undefined) open.push(record);
    else results.push(result);
  }
  return { results, open };
}

type Question = { readonly target: ChangeTarget; readonly maySent: boolean };

/** @returns undefined for a record that is to be sent */
function resultOf(
  { id, set, was, stamp }: SavedRecord,
  now: RestRecord | undefined,
  { target: { operation, stampField }, maySent }: Question,
): RecordResult | undefined {
  const hasNewStamp = now !== undefined && stampField !== undefined && !sameValue(now[stampField], stamp);
  // A record that is gone is sent again if it was not this run's to delete: the org says of it what it is.
  if (now === undefined) return operation === 'delete' && maySent ? succeeded(id) : undefined;
  if (operation === 'delete') return hasNewStamp ? skipped(id, modifiedText) : undefined;
  const isAsSet = Object.entries(set).every(([name, value]) => sameValue(now[name], value));
  const wasAsSet = Object.entries(set).every(([name, value]) => name in was && sameValue(was[name], value));
  if (isAsSet && (!wasAsSet || (maySent && hasNewStamp))) return succeeded(id);
  const isAsFound = Object.entries(was).every(([name, value]) => sameValue(now[name], value));
  if (isAsFound && !hasNewStamp) return undefined;
  return skipped(id, maySent ? `${modifiedText} ${uncertainText}` : modifiedText);
}

const uncertainText =
  'A call that it was part of was never answered: the modification may be the change itself.';

function read(
  records: readonly SavedRecord[],
  { rest, object, stampField }: ChangeTarget,
): Promise<RestRecord[]> {
  const stamps = stampField === undefined ? [] : [stampField];
  const fields = [...stamps, ...records.flatMap(({ set }) => plainFields(set))];
  return recordsById(rest, { object, fields, ids: records.map(({ id }) => id) });
}

/** Whether a field has the value that it was set to; the org trims text and writes times in its own form. */
export function sameValue(stored: unknown, sent: unknown): boolean {
  if (isEmpty(stored) || isEmpty(sent)) return isEmpty(stored) && isEmpty(sent);
  const [one, other] = [asText(stored), asText(sent)];
  return isSameTime(one, other);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`.trim();
}
