import type { DescribeField, SObjectDescribe } from '../api/types.js';

/** What the values of a result column are, as far as an output format makes a difference. */
export type ColumnKind = 'string' | 'boolean' | 'int' | 'long' | 'double' | 'date' | 'datetime';

/** The kind of each column, in the columns' order. */
export type ColumnTypes = readonly ColumnKind[];

/** Describe's field types that are more than text (Object reference: Field Types); `time` is kept as text. */
const kindsByFieldType: Readonly<Record<string, ColumnKind>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'date',
  datetime: 'datetime',
};

/**
 * A parent that may be of several objects is read through the object `Name`, and these are its fields that are more
 * than text (Object reference: Name).
 */
const kindsThroughName: Readonly<Record<string, ColumnKind>> = {
  isactive: 'boolean',
  lastreferenceddate: 'datetime',
  lastvieweddate: 'datetime',
};

/**
 * The kinds of result columns, which are paths from the object queried, such as `AnnualRevenue` or
 * `Account.Owner.IsActive`, in any case. `describeOf` gives a describe result, or undefined where there is none.
 * What cannot be found is a string.
 */
export function columnTypes(
  columns: readonly string[],
  describeOf: (object: string) => SObjectDescribe | undefined,
  rootObject: string,
): ColumnTypes {
  return columns.map((column) => kindOf(column.split('.'), describeOf, rootObject));
}

/** As `columnTypes`, asking only for the describe results that the columns need, each once. */
export async function describeColumnTypes(
  columns: readonly string[],
  describe: (object: string) => Promise<SObjectDescribe>,
  rootObject: string,
): Promise<ColumnTypes> {
  const known = new Map<string, SObjectDescribe>();
  for (;;) {
    const missing = new Set<string>();
    const types = columnTypes(
      columns,
      (object) => {
        if (!known.has(object)) missing.add(object);
        return known.get(object);
      },
      rootObject,
    );
    if (missing.size === 0) return types;
    await Promise.all([...missing].map(async (object) => known.set(object, await describe(object))));
  }
}

function kindOf(
  path: readonly string[],
  describeOf: (object: string) => SObjectDescribe | undefined,
  rootObject: string,
): ColumnKind {
  let object = rootObject;
  for (const relationship of path.slice(0, -1)) {
    const field = findField(describeOf(object), ({ relationshipName }) =>
      isSameName(relationshipName, relationship),
    );
    const [parent, ...others] = field?.referenceTo ?? [];
    if (parent === undefined) return 'string';
    if (others.length > 0) return kindsThroughName[path.at(-1)?.toLowerCase() ?? ''] ?? 'string';
    object = parent;
  }
  const field = findField(describeOf(object), ({ name }) => isSameName(name, path.at(-1) ?? ''));
  return kindsByFieldType[field?.type ?? ''] ?? 'string';
}

function findField(
  describe: SObjectDescribe | undefined,
  matches: (field: DescribeField) => boolean,
): DescribeField | undefined {
  return describe?.fields.find(matches);
}

function isSameName(name: string | null, other: string): boolean {
  return name?.toLowerCase() === other.toLowerCase();
}
