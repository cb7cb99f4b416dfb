import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OrgError, type Value } from '../contracts.ts';
import { readerOf } from './save/convert.ts';
import { defaultQuirks } from './quirks.ts';
import { Writer } from './save/write.ts';
import { normalizeId, podOf } from './store/ids.ts';
import type { Store } from './store/store.ts';
import type { Table } from './store/table.ts';

const seedFolder = join(import.meta.dirname, 'seed');

/** What the org is. */
export type SeedOptions = {
  /** It is a sandbox of this name. Default: it is none. */
  readonly sandbox?: string | undefined;
  /** `Organization.OrganizationType`. Default: `Developer Edition`. */
  readonly edition?: string | undefined;
};

/**
 * The records every org begins with, by object: one file each in `seed`. Ids and names in there that differ from org to
 * org are made of the org's id: `{orgId}` is its 15 characters, `{domain}` those in lower case, `{pod}` its pod.
 * A sandbox puts its name behind the usernames of production.
 */
export function* readSeedFolder(
  orgId: string,
  { sandbox, edition = 'Developer Edition' }: SeedOptions = {},
): Iterable<[string, Array<Record<string, Value>>]> {
  const id = orgId.slice(0, 15);
  const own: Readonly<Record<string, string>> = {
    orgId: id,
    domain: id.toLowerCase(),
    pod: podOf(id),
    edition,
    isSandbox: String(sandbox !== undefined),
    suffix: sandbox === undefined ? '' : `.${sandbox}`,
  };
  for (const file of readdirSync(seedFolder).sort()) {
    const text = readFileSync(join(seedFolder, file), 'utf8').replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => own[name] ?? '',
    );
    yield [basename(file, '.json'), JSON.parse(text) as Array<Record<string, Value>>];
  }
}

function readValue(table: Table, column: number, value: Value): Value {
  const field = table.field(column);
  if (typeof value !== 'string') return value;
  if (value === '') return null;
  if (field.type === 'id' || field.type === 'reference') return normalizeId(value) ?? value;
  const read = readerOf({ ...field, length: 0, restrictedPicklist: false }, defaultQuirks)(value);
  if (read === undefined) throw new OrgError('INVALID_FIELD', `${field.name} cannot be "${value}"`);
  return read;
}

/** Adds records as they are: text is read as its field's type, what is absent is filled in, nothing is refused. */
export function loadRecords(store: Store, object: string, records: Iterable<Record<string, Value>>): void {
  const table = store.table(object);
  if (table === undefined) throw new OrgError('NOT_FOUND', 'The requested resource does not exist', 404);
  const request = { operation: 'insert', object: table.schema.name, source: 'json' } as const;
  const writer = new Writer({ store, table, quirks: defaultQuirks, sizeBefore: 0, request });
  for (const record of records) {
    const values = new Array<Value | undefined>(table.schema.fields.length);
    for (const [name, value] of Object.entries(record)) {
      const column = table.column(name);
      if (column === undefined)
        throw new OrgError('INVALID_FIELD', `No such column '${name}' on ${table.schema.name}`);
      values[column] = readValue(table, column, value);
    }
    writer.complete(values);
    values[table.idColumn] ??= table.newId();
    writer.append(values);
  }
}
