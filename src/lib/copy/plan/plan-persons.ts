import type { SObjectDescribe } from '../../api/types.js';
import type { DescribeOf } from '../../describe/describe.js';
import type { CopyObject } from '../../run/copy-record.js';

/** Tells persons from businesses, and their contacts from others. */
export const personFlag = 'IsPersonAccount';
export const personContact = 'PersonContactId';

const nameParts: ReadonlySet<string> = new Set([
  'FirstName',
  'MiddleName',
  'LastName',
  'Suffix',
  'Salutation',
]);

/** Whether an account has a field only where it can be a person. */
export function isOfPersons(field: string): boolean {
  return field === personFlag || nameParts.has(field) || /^Person[A-Z]|__pc$/.test(field);
}

type PersonsOrg = { readonly describeOf: DescribeOf };

/**
 * Prepares objects for person accounts, where both orgs have them: an account is a business, with a name, or a person, with
 * its parts, and takes nothing of the other (Salesforce Help 000386207). The contact that belongs to a person is made by
 * the target, so it is not copied, but lookups to it find it.
 */
export async function withPersons(
  objects: readonly CopyObject[],
  { source, target }: { readonly source: PersonsOrg; readonly target: PersonsOrg },
): Promise<CopyObject[]> {
  const prepared: CopyObject[] = [];
  for (const each of objects) {
    const describes = [await source.describeOf(each.object), await target.describeOf(each.object)];
    const isAccount = describes.every((describe) => hasField(describe, personContact));
    const isContact = !isAccount && describes.every((describe) => hasField(describe, personFlag));
    if (isAccount) prepared.push(asAccount(each, contactsAmong(objects, describes[0])));
    else prepared.push(isContact ? withoutPersons(each) : each);
  }
  const accounts = prepared.find(({ persons }) => persons?.contact !== undefined);
  return prepared.map((each) =>
    each.object === accounts?.persons?.contact ? { ...each, personsOf: accounts.object } : each,
  );
}

function hasField(describe: SObjectDescribe | undefined, name: string): boolean {
  return describe?.fields.some((field) => field.name === name) === true;
}

/** The object of the plan that has the contacts of persons. */
function contactsAmong(
  objects: readonly CopyObject[],
  describe: SObjectDescribe | undefined,
): string | undefined {
  const field = describe?.fields.find(({ name }) => name === personContact);
  return objects.find(({ object }) => field?.referenceTo.includes(object) === true)?.object;
}

function asAccount(object: CopyObject, contact: string | undefined): CopyObject {
  const sent = [...object.fields, ...object.lookups.map(({ field }) => field)];
  const fields = sent.filter(isOfPersons);
  return {
    ...object,
    soql: withFields(object.soql, [personFlag, personContact]),
    persons: { fields, ...(contact === undefined ? {} : { contact }) },
  };
}

/** A query that reads fields, too, which it may do already. */
function withFields(soql: string, fields: readonly string[]): string {
  const end = soql.indexOf(' FROM ');
  const read = soql.slice('SELECT '.length, end).split(/,\s*/);
  const lower = read.map((field) => field.toLowerCase());
  const missing = fields.filter((field) => !lower.includes(field.toLowerCase()));
  return `SELECT ${[...missing, ...read].join(', ')}${soql.slice(end)}`;
}

/** On both sides: a contact that is matched with that of a person would overwrite what the person's account has. */
function withoutPersons(object: CopyObject): CopyObject {
  const { soql, match } = object;
  return {
    ...object,
    soql: ofOthers(soql),
    ...(match === undefined ? {} : { match: { ...match, soql: ofOthers(match.soql) } }),
  };
}

function ofOthers(soql: string): string {
  const [, head = '', condition] = /^(.*? FROM \w+)(?: WHERE (.*))?$/s.exec(soql) ?? [];
  const own = `${personFlag} = false`;
  return `${head} WHERE ${condition === undefined ? own : `${own} AND (${condition})`}`;
}
