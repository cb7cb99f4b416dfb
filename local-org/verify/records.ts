/** What the names of all records begin with that are ever made here; nothing else is ever removed. */
export const prefix = 'sf-bulk2-verify';

/** A plain record of each object of which probes make records: what an org without rules of its own accepts. */
const plainRecords: Readonly<Record<string, (name: string) => Readonly<Record<string, string>>>> = {
  Account: (name) => ({ Name: name }),
  Contact: (name) => ({ LastName: name }),
  Product2: (name) => ({ Name: name }),
  Task: (name) => ({ Subject: name }),
};

/** Objects and the field that holds the prefix, children before their parents. */
export const ownObjects: ReadonlyArray<readonly [object: string, nameField: string]> = [
  ['Task', 'Subject'],
  ['Contact', 'LastName'],
  ['Account', 'Name'],
  ['Product2', 'Name'],
];

/** A name that marks a record as one of these. */
export function named(label: string): string {
  return `${prefix} ${label}`;
}

/** An address at a domain that nobody can own. */
export function email(label: string): string {
  return `${label}@${prefix}.example`;
}

export function plainRecord(object: string, label: string): Readonly<Record<string, string>> {
  const make = plainRecords[object];
  if (make === undefined) throw new Error(`There is no plain record of ${object}`);
  return make(named(label));
}
