import { fitsAddress, restApi, type RestApi, type RestRecord } from '../api/rest.js';
import { isDefiniteRefusal, withRetry } from '../api/retry.js';
import { cellText } from '../csv/cells.js';
import type { CopyObject } from '../run/copy-record.js';
import type { RunContext } from '../run/context.js';
import { orgOf } from '../run/org.js';
import { ExportedRecords } from './exported-records.js';
import { sandboxSuffix, usernamesFor } from './usernames.js';
import { exportFolder, type CopyWork } from './work.js';

const idLength = 15;
const userPrefix = '005';
const queuePrefix = '00G';

/**
 * Finds for each owner of an exported record who that is in the target: the active user of the same name, with or without
 * the suffixes of sandboxes, or the queue of the same API name. What was found is in the journal: a resume does the same.
 */
export async function findOwners(work: CopyWork): Promise<void> {
  const { journal, contexts } = work;
  const { plan } = journal;
  if (plan.owners === undefined || journal.owners !== undefined || contexts.source === undefined) return;
  const ids = new Set<string>();
  for (const object of plan.objects) await addOwners(work, object, ids);
  const source = await peopleOrg(contexts.source);
  const target = await peopleOrg(contexts.target);
  const owners: { ids: Record<string, string>; missing: Record<string, string> } = { ids: {}, missing: {} };
  const found = [await findUsers(ids, source, target), await findQueues(ids, source, target)].flat();
  const byId = new Map(found.map((each) => [each.id, each]));
  for (const id of [...ids].toSorted()) {
    const known = byId.get(id);
    if (known?.target === undefined) owners.missing[id] = known?.name ?? id;
    else owners.ids[id] = known.target;
  }
  await journal.append({ type: 'owners', ...owners });
}

async function addOwners(work: CopyWork, object: CopyObject, ids: Set<string>): Promise<void> {
  const fields = object.lookups.flatMap(({ byName, field }) => (byName === 'owner' ? [field] : []));
  if (fields.length === 0) return;
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  const cells = fields.map((field) => exported.indexOf(field));
  await exported.scan((record) => {
    for (const cell of cells) {
      const id = cellText(record, cell).slice(0, idLength);
      if (id !== '') ids.add(id);
    }
  });
}

type PeopleOrg = { readonly rest: RestApi; readonly suffix: string | undefined };
type Found = { readonly id: string; readonly name: string; readonly target: string | undefined };

async function peopleOrg(context: RunContext): Promise<PeopleOrg> {
  const rest = restApi(withRetry(context.api, undefined, context.retryPolicy), context.signal);
  if (!(await isSandbox(rest))) return { rest, suffix: undefined };
  const org = await orgOf(context);
  return { rest, suffix: sandboxSuffix({ ...org, username: org.username ?? (await usernameOf(rest)) }) };
}

async function usernameOf(rest: RestApi): Promise<string> {
  const [user] = await rest.records(`SELECT Username FROM User WHERE Id = '${await rest.userId()}'`);
  return textOf(user?.Username);
}

async function isSandbox(rest: RestApi): Promise<boolean> {
  try {
    const { records } = await rest.query('SELECT IsSandbox FROM Organization');
    return records[0]?.IsSandbox === true;
  } catch (error) {
    if (isDefiniteRefusal(error)) return false;
    throw error;
  }
}

async function findUsers(
  ids: ReadonlySet<string>,
  source: PeopleOrg,
  target: PeopleOrg,
): Promise<readonly Found[]> {
  const users = await readIn(
    source.rest,
    'SELECT Id, Username FROM User WHERE Id IN',
    idsOf(ids, userPrefix),
  );
  const namesOf = new Map(
    users.map(({ Id, Username }) => [
      Id,
      usernamesFor(textOf(Username), { source: source.suffix, target: target.suffix }),
    ]),
  );
  const wanted = [...new Set([...namesOf.values()].flat())];
  const soql = 'SELECT Id, Username FROM User WHERE IsActive = true AND Username IN';
  const known = byName(await readIn(target.rest, soql, wanted), 'Username');
  return users.map(({ Id, Username }) => ({
    id: textOf(Id).slice(0, idLength),
    name: textOf(Username),
    target: namesOf.get(Id)?.flatMap((name) => known.get(name) ?? [])[0],
  }));
}

/** Groups of other types may have the same name, and own nothing. */
async function findQueues(
  ids: ReadonlySet<string>,
  source: PeopleOrg,
  target: PeopleOrg,
): Promise<readonly Found[]> {
  const queues = await readIn(
    source.rest,
    "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND Id IN",
    idsOf(ids, queuePrefix),
  );
  const soql = "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND DeveloperName IN";
  const wanted = [...new Set(queues.map(({ DeveloperName }) => textOf(DeveloperName)))];
  const known = byName(await readIn(target.rest, soql, wanted), 'DeveloperName');
  return queues.map(({ Id, DeveloperName }) => ({
    id: textOf(Id).slice(0, idLength),
    name: textOf(DeveloperName),
    target: known.get(textOf(DeveloperName).toLowerCase()),
  }));
}

function idsOf(ids: ReadonlySet<string>, prefix: string): string[] {
  return [...ids].filter((id) => id.startsWith(prefix)).toSorted();
}

function byName(records: readonly RestRecord[], field: string): ReadonlyMap<string, string> {
  return new Map(records.map((record) => [textOf(record[field]).toLowerCase(), textOf(record.Id)]));
}

/** Runs a query for as many values at once as an address takes. @param soql ends where their list begins */
async function readIn(rest: RestApi, soql: string, values: readonly string[]): Promise<RestRecord[]> {
  const records: RestRecord[] = [];
  for (let from = 0; from < values.length;) {
    let to = Math.min(from + mostValues, values.length);
    while (to > from + 1 && !fitsAddress(queryFor(soql, values.slice(from, to))))
      to = from + ((to - from) >> 1);
    records.push(...(await rest.records(queryFor(soql, values.slice(from, to)))));
    from = to;
  }
  return records;
}

const mostValues = 400;

function queryFor(soql: string, values: readonly string[]): string {
  const texts = values.map((value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
  return `${soql} (${texts.join(',')})`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
