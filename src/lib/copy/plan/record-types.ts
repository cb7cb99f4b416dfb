import type { RestRecord } from '../../api/rest.js';
import { didYouMean } from '../../describe/did-you-mean.js';
import type { CopyObject, CopyRecordType } from '../../run/copy-record.js';
import type { CopyPlanFile } from './plan-file.js';

/** What `values` calls record types by. */
export const recordTypeKey = 'RecordType';

type RecordTypeOrg = { readonly records: (soql: string) => Promise<readonly RestRecord[]> };
type RecordType = { readonly id: string; readonly name: string; readonly isActive: boolean };

/**
 * Finds for each record type of the source that of the target: the active one with the same API name and namespace, or the
 * one that the plan names.
 * @param problems gets what is wrong with the plan
 */
export async function withRecordTypes(
  objects: readonly CopyObject[],
  plan: CopyPlanFile,
  {
    source,
    target,
    problems,
  }: { readonly source: RecordTypeOrg; readonly target: RecordTypeOrg; readonly problems: string[] },
): Promise<CopyObject[]> {
  const names = objects.flatMap(({ object, lookups }) =>
    lookups.some(({ byName }) => byName === 'recordType') ? [object] : [],
  );
  if (names.length === 0) return [...objects];
  const inSource = await readRecordTypes(source, names);
  const inTarget = await readRecordTypes(target, names);
  return objects.map((each) => {
    if (!names.includes(each.object)) return each;
    const given = plan.objects.find(
      ({ object }) => object.toLowerCase() === each.object.toLowerCase(),
    )?.values;
    const renamed = given?.[recordTypeKey] ?? {};
    const types = inTarget.get(each.object) ?? [];
    const named = each.file === undefined ? (inSource.get(each.object) ?? []) : inFiles(types, renamed);
    const recordTypes = match(named, types, {
      renamed,
      fail: (what) => problems.push(`${each.object}: ${what}.`),
    });
    return { ...each, recordTypes };
  });
}

async function readRecordTypes(
  { records }: RecordTypeOrg,
  objects: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordType[]>> {
  const names = objects.map((name) => `'${name}'`).join(',');
  const soql = `SELECT Id, DeveloperName, NamespacePrefix, SobjectType, IsActive FROM RecordType WHERE SobjectType IN (${names})`;
  const types = new Map<string, RecordType[]>(objects.map((object) => [object, []]));
  for (const { Id, DeveloperName, NamespacePrefix, SobjectType, IsActive } of await records(soql)) {
    if (typeof Id !== 'string' || typeof DeveloperName !== 'string') continue;
    const name = typeof NamespacePrefix === 'string' ? `${NamespacePrefix}__${DeveloperName}` : DeveloperName;
    types.get(String(SobjectType))?.push({ id: Id, name, isActive: IsActive === true });
  }
  return types;
}

/** Files have names in the place of ids: those that the plan knows, and those of the target. */
function inFiles(target: readonly RecordType[], renamed: Renaming['renamed']): RecordType[] {
  const names = new Set([...Object.keys(renamed), ...target.map(({ name }) => name)]);
  return [...names].map((name) => ({ id: name, name, isActive: true }));
}

type Renaming = {
  readonly renamed: Readonly<Record<string, string>>;
  readonly fail: (what: string) => void;
};

function match(
  source: readonly RecordType[],
  target: readonly RecordType[],
  { renamed, fail }: Renaming,
): CopyRecordType[] {
  const active = target.filter(({ isActive }) => isActive);
  const requireIn = (types: readonly RecordType[], name: string, which: string): void => {
    if (types.some((type) => type.name === name)) return;
    const nearest = didYouMean(
      name,
      types.map((type) => type.name),
    );
    const meant = nearest === undefined ? '' : `. Did you mean "${nearest}"`;
    fail(`the ${which} has no active record type "${name}"${meant}`);
  };
  for (const [from, to] of Object.entries(renamed)) {
    requireIn(
      source.map((type) => ({ ...type, isActive: true })),
      from,
      'source',
    );
    requireIn(active, to, 'target');
  }
  return source.map(({ id, name }) => {
    const found = active.find((type) => type.name === (renamed[name] ?? name));
    const isRenamed = Object.hasOwn(renamed, name) ? ({ isRenamed: true } as const) : {};
    return { id, name, ...(found === undefined ? {} : { target: found.id }), ...isRenamed };
  });
}
