import { fitsAddress, restApi, type RestApi, type RestRecord } from '../../api/rest.js';
import { isDefiniteRefusal, withRetry } from '../../api/retry.js';
import { cellText } from '../../csv/cells.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { RunContext } from '../../run/context.js';
import { orgOf } from '../../run/org.js';
import { idLength, sourceKey } from './by-name.js';
import { ExportedRecords } from '../source/exported-records.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder } from '../model/own-files.js';
import type { RunOrg } from '../../run/record.js';

const userPrefix = '005';
const queuePrefix = '00G';

/**
 * Finds for each owner of an exported record who that is in the target: the active user of the same name, with or without
 * the suffixes of sandboxes, or the queue of the same API name. What was found is in the journal: a resume does the same.
 */
export async function findOwners(work: CopyWork): Promise<void> {
  const { journal, contexts } = work;
  if (journal.plan.owners === undefined || journal.owners !== undefined) return;
  const { names, suffix } = await ownersInSource(work);
  const target = await peopleOrg(contexts.target);
  const namesOf = (name: string): string[] =>
    isUser(name) ? usernamesFor(name, { source: suffix, target: target.suffix }) : [name.toLowerCase()];
  const known = await findInTarget(target, [...new Set([...names.values()].flatMap(namesOf))]);
  const owners: { ids: Record<string, string>; missing: Record<string, string> } = { ids: {}, missing: {} };
  for (const [key, name] of [...names].toSorted()) {
    const found = namesOf(name).flatMap((each) => known.get(each) ?? [])[0];
    if (found === undefined) owners.missing[key] = name;
    else owners.ids[key] = found;
  }
  await journal.append({ type: 'owners', ...owners });
}

/** The owners of exported records, by what they are known by there. */
export type SourceOwners = {
  /** Of users, usernames; of queues, API names; of whoever isn't found, the id. */
  readonly names: ReadonlyMap<string, string>;
  /** What usernames of the source end in, where that is a sandbox. */
  readonly suffix: string | undefined;
};

/** Reads what the owners of all exported records are called. In files they are named. */
export async function ownersInSource(work: CopyWork): Promise<SourceOwners> {
  const names = new Map<string, string>();
  const ids = new Set<string>();
  for (const object of work.journal.plan.objects)
    await visitOwners(work, object, (text) => {
      const key = sourceKey(object, text);
      names.set(key, key);
      if (object.file === undefined) ids.add(key);
    });
  const { source } = work.contexts;
  if (source === undefined || ids.size === 0) return { names, suffix: undefined };
  const { rest, suffix } = await peopleOrg(source);
  const users = 'SELECT Id, Username FROM User WHERE Id IN';
  for (const { Id, Username } of await readIn(rest, users, idsOf(ids, userPrefix)))
    names.set(textOf(Id).slice(0, idLength), textOf(Username));
  const queues = "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND Id IN";
  for (const { Id, DeveloperName } of await readIn(rest, queues, idsOf(ids, queuePrefix)))
    names.set(textOf(Id).slice(0, idLength), textOf(DeveloperName));
  return { names, suffix };
}

async function visitOwners(work: CopyWork, object: CopyObject, visit: (text: string) => void): Promise<void> {
  const fields = object.lookups.flatMap(({ byName, field }) => (byName === 'owner' ? [field] : []));
  if (fields.length === 0) return;
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  const cells = fields.map((field) => exported.indexOf(field));
  await exported.scan((record) => {
    for (const cell of cells) {
      const text = cellText(record, cell);
      if (text !== '') visit(text);
    }
  });
}

type PeopleOrg = { readonly rest: RestApi; readonly suffix: string | undefined };

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

/** Usernames have the form of an address; API names take letters, digits and underscores. */
function isUser(name: string): boolean {
  return name.includes('@');
}

/** Ids by name in small letters. Groups of other types may have the name of a queue, and own nothing. */
async function findInTarget(
  { rest }: PeopleOrg,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const users = 'SELECT Id, Username FROM User WHERE IsActive = true AND Username IN';
  const queues = "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND DeveloperName IN";
  const found = [
    ...(await readIn(rest, users, names.filter(isUser))),
    ...(await readIn(
      rest,
      queues,
      names.filter((name) => !isUser(name)),
    )),
  ];
  return new Map(
    found.map(({ Id, Username, DeveloperName }) => [
      textOf(Username ?? DeveloperName).toLowerCase(),
      textOf(Id),
    ]),
  );
}

function idsOf(ids: ReadonlySet<string>, prefix: string): string[] {
  return [...ids].filter((id) => id.startsWith(prefix)).toSorted();
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

/**
 * What a sandbox adds to the username of each user that it takes over from production: a dot and its own name (Salesforce
 * Help: Sandboxes). The name is in the sandbox's address, behind two hyphens; where it is not, it is what the name of
 * whoever is logged in ends in.
 */
export function sandboxSuffix({
  instanceUrl,
  username,
}: Pick<RunOrg, 'instanceUrl' | 'username'>): string | undefined {
  const [, inAddress] = /--([^.]+)\./.exec(new URL(instanceUrl).hostname) ?? [];
  return (inAddress ?? username?.split('.').at(-1))?.toLowerCase();
}

/**
 * What a user of the source may be called in the target, the likeliest first, in small letters. Files have names without the
 * suffix: what they find comes first here, too, so that a folder on the way changes no owner.
 */
export function usernamesFor(
  username: string,
  suffixes: { readonly source?: string | undefined; readonly target?: string | undefined },
): string[] {
  const exact = username.toLowerCase();
  const inProduction = withoutSuffix(exact, suffixes.source);
  const inTarget = suffixes.target === undefined ? [] : [`${inProduction}.${suffixes.target}`];
  return [...new Set([inProduction, ...inTarget, exact])];
}

/** A username as production has it. @param suffix in small letters; usernames may have any */
export function withoutSuffix(username: string, suffix: string | undefined): string {
  return suffix !== undefined && username.toLowerCase().endsWith(`.${suffix}`)
    ? username.slice(0, -suffix.length - 1)
    : username;
}
