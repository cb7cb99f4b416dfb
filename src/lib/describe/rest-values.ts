import type { RestApi, RestQueryPage, RestRecord } from '../api/rest.js';

/** The value at a path of a record, whatever the case of its names; null where a parent is missing. */
export function valueAt(record: RestRecord, path: string): unknown {
  const names = path.split('.');
  const [first = '', last = ''] = [names[0], names.at(-1)];
  // A grouped query names a parent's field by its last name only.
  if (member(record, first) === undefined) return member(record, last) ?? null;
  let value: unknown = record;
  for (const name of names) {
    if (!isObject(value)) return null;
    value = member(value, name);
  }
  return value ?? null;
}

/** A value without what the API adds around it: `attributes`, and the page around the records of a subquery. */
export async function plainValue(value: unknown, rest: RestApi): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => plainValue(each, rest)));
  if (!isObject(value)) return value;
  if (isPage(value)) return plainValue(await allRecords(value, rest), rest);
  const members = Object.entries(value).filter(([name]) => name !== 'attributes');
  return Object.fromEntries(
    await Promise.all(
      members.map(async ([name, each]): Promise<[string, unknown]> => [name, await plainValue(each, rest)]),
    ),
  );
}

/** A subquery with many records tells them in pages of its own. */
async function allRecords(first: RestQueryPage, rest: RestApi): Promise<RestRecord[]> {
  const records: RestRecord[] = [];
  for await (const page of rest.pagesFrom(first)) records.push(...page.records);
  return records;
}

function member(record: RestRecord, name: string): unknown {
  if (name in record) return record[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(record).find((each) => each.toLowerCase() === wanted);
  return key === undefined ? undefined : record[key];
}

function isObject(value: unknown): value is RestRecord {
  return typeof value === 'object' && value !== null;
}

function isPage(value: object): value is RestQueryPage {
  return 'records' in value && 'totalSize' in value && Array.isArray(value.records);
}

const time = /^\d{4}-\d\d-\d\dT/;

/** Whether two texts are the same, or the same time: Bulk queries and REST write times in two ways. */
export function isSameTime(one: string, other: string): boolean {
  if (one === other) return true;
  return time.test(one) && time.test(other) && Date.parse(one) === Date.parse(other);
}
