import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { shapeOf } from './table-shape.ts';

/**
 * Makes the contact that a person account is at the same time: its only one, whose id is in `PersonContactId` (Salesforce
 * API guide, "Person Account Record Types").
 * @param complete fills what the org gives each new record of the contact's object
 */
export function addPersonContact(
  store: Store,
  { table, row }: { readonly table: Table; readonly row: number },
  complete: (contacts: Table, values: Array<string | number | boolean | null | undefined>) => void,
): void {
  const { person } = shapeOf(table);
  const contacts = contactsOf(store, table);
  if (person === undefined || contacts === undefined || table.get(row, person.flag) !== true) return;
  if (table.get(row, contacts.idColumn) !== null) return;
  const values = new Array<string | number | boolean | null | undefined>(contacts.table.schema.fields.length);
  for (const { from, to } of sharedColumns(table, contacts.table)) values[to] = table.get(row, from);
  const flag = contacts.table.column('IsPersonAccount');
  const account = contacts.table.column('AccountId');
  if (flag !== undefined) values[flag] = true;
  if (account !== undefined) values[account] = table.id(row);
  complete(contacts.table, values);
  const id = contacts.table.newId();
  values[contacts.table.idColumn] = id;
  contacts.table.append(values);
  table.set(row, contacts.idColumn, id);
}

/** Writes what was changed of a person account to its contact. */
export function changePersonContact(store: Store, table: Table, row: number): void {
  const contacts = contactsOf(store, table);
  const id = contacts && table.get(row, contacts.idColumn);
  const contact = typeof id === 'string' ? contacts?.table.rowById(id) : undefined;
  if (contacts === undefined || contact === undefined) return;
  for (const { from, to } of sharedColumns(table, contacts.table))
    contacts.table.set(contact, to, table.get(row, from));
  for (const { column, parts } of shapeOf(contacts.table).names) {
    const name = parts.map((part) => contacts.table.get(contact, part)).filter((part) => part !== null);
    contacts.table.set(contact, column, name.join(' '));
  }
}

type Contacts = { readonly table: Table; readonly idColumn: number };

function contactsOf(store: Store, table: Table): Contacts | undefined {
  const idColumn = table.column('PersonContactId');
  const object = idColumn === undefined ? undefined : table.field(idColumn).referenceTo[0];
  const contacts = object === undefined ? undefined : store.table(object);
  return idColumn === undefined || contacts === undefined ? undefined : { table: contacts, idColumn };
}

/** Fields that both have: names as they are, a person's with `Person` before. */
function sharedColumns(table: Table, contacts: Table): Array<{ readonly from: number; readonly to: number }> {
  const { person } = shapeOf(table);
  return [...(person?.own ?? [])].flatMap((from) => {
    const { name } = table.field(from);
    const to = contacts.column(name.replace(/^Person(?=[A-Z])/, '').replace(/__pc$/, '__c'));
    return to === undefined || name === 'PersonContactId' ? [] : [{ from, to }];
  });
}
