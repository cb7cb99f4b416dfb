import type { TypeOf } from './ast.ts';
import { Binder } from './bind.ts';
import { RecordShaper, type ChildSelection } from './project.ts';

/**
 * `TYPEOF What WHEN Account THEN Phone ELSE Name END`: a shape that gives each record its parent with the fields of the
 * parent's own object (SOQL reference: TYPEOF). Throws `INVALID_FIELD` for what is no polymorphic relationship.
 */
export function selectTypeOf(
  binder: Binder,
  { relationship, branches, otherwise }: TypeOf,
  { soql, apiVersion }: { readonly soql: string; readonly apiVersion: string },
): ChildSelection {
  const { store } = binder;
  const key = binder.bind({ ...relationship, names: [...relationship.names, 'Id'] });
  const shaperOf = (object: string): RecordShaper | undefined => {
    const fields =
      branches.find((branch) => branch.object.toLowerCase() === object.toLowerCase())?.fields ?? otherwise;
    const table = store.table(object);
    if (table === undefined || fields.length === 0) return undefined;
    const from = { name: object, at: relationship.at, parents: [] };
    const parent = new Binder({ store, table, soql, from, includeDeleted: binder.includesDeleted });
    const bound = fields.map((path) => parent.bind(path));
    return new RecordShaper({ binder: parent, fields: bound, children: [], apiVersion });
  };
  const shapers = new Map<string, RecordShaper | undefined>();
  for (const { object } of branches) shapers.set(object, shaperOf(object));
  return {
    name: key.path[0] ?? '',
    shape: (row) => {
      const id = key.read(row);
      const table = typeof id === 'string' ? store.tableOfId(id) : undefined;
      const parentRow = table?.rowById(id as string);
      if (table === undefined || parentRow === undefined) return null;
      const { name } = table.schema;
      if (!shapers.has(name)) shapers.set(name, shaperOf(name));
      return shapers.get(name)?.record(parentRow) ?? null;
    },
  };
}
