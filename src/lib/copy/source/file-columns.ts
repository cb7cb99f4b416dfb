import type { SObjectDescribe } from '../../api/types.js';
import { FieldIndex } from '../../describe/field-index.js';
import { byNameOf } from '../plan/plan-by-name.js';
import type { CopyPlanFile, ObjectPlan } from '../plan/plan-file.js';
import { isOfPersons, personFlag } from '../plan/plan-persons.js';

type Surroundings = {
  readonly describe: SObjectDescribe;
  /** The whole of it. */
  readonly plan: CopyPlanFile;
  /** Gets what is wrong with the columns. */
  readonly problems: string[];
};

/** Which column sets which field. Columns that are neither named by the plan nor fields are refused, as by a load. */
export function columnsOf(
  { object, map = {}, except = [] }: ObjectPlan,
  columns: readonly string[],
  { describe, plan, problems }: Surroundings,
): Record<string, string> {
  const index = new FieldIndex(describe);
  const found: Record<string, string> = {};
  const isLeftOut = (column: string, name: string): boolean =>
    name === '' || except.some((each) => each.toLowerCase() === column.toLowerCase());
  const lacksPersons =
    index.field(personFlag) === undefined &&
    columns.includes(personFlag) &&
    !isLeftOut(personFlag, map[personFlag] ?? personFlag);
  if (lacksPersons) problems.push(withoutPersons(object));
  for (const column of Object.keys(map)) {
    if (!columns.includes(column)) problems.push(`${object}: "map" names "${column}", which is no column.`);
  }
  for (const name of except) {
    const isColumn = columns.some((column) => column.toLowerCase() === name.toLowerCase());
    if (!isColumn && index.field(name) === undefined)
      problems.push(`${object}: "except" names "${name}", which is neither a column nor a field.`);
  }
  for (const column of columns) {
    const name = map[column] ?? column;
    if (isLeftOut(column, name)) continue;
    const field = index.field(name);
    if (field === undefined && lacksPersons && isOfPersons(name)) continue;
    if (field === undefined) {
      const advice = byRelationship({ column, name }, index, plan) ?? noField({ column, name }, index);
      problems.push(`${object}: the column "${column}" ${advice}`);
    } else if (Object.values(found).includes(field.name)) {
      problems.push(`${object}: several columns set ${field.name}.`);
    } else found[column] = field.name;
  }
  return found;
}

function withoutPersons(object: string): string {
  return `${object}: its file has person accounts, and the target takes none. Load it into an org with person accounts; or copy from the org that it comes from, with --source-org: then each person becomes a business with a contact.`;
}

type Column = { readonly column: string; readonly name: string };

function noField({ column, name }: Column, index: FieldIndex): string {
  const nearest = index.nearestField(name);
  const meant = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `isn't a field.${meant} Map it to one, or leave it out: map: { ${JSON.stringify(column)}: "" }.`;
}

/** What a plan has to say of a column such as `Account.External_Id__c`, or `Lead:Who.External_Id__c`; undefined for any other. */
function byRelationship(
  { column, name }: Column,
  index: FieldIndex,
  { objects, owners }: CopyPlanFile,
): string | undefined {
  const [, type, relationship = '', by] = /^(?:(\w+):)?(\w+)\.(\w+)$/.exec(name) ?? [];
  const field = index.relationship(relationship);
  if (field === undefined || by === undefined) return undefined;
  const map = `map: { ${JSON.stringify(column)}: ${field.name} }`;
  const byName = byNameOf(field, { owners: owners ?? { else: 'me' } });
  if (byName === 'recordType') return `names record types. Use ${map}; the values must be their API names.`;
  if (byName === 'owner') {
    const asWell = owners === undefined ? ', and owners: { match: Username, else: me }' : '';
    return `names owners. Use ${map}${asWell}; the values must be usernames, or API names of queues.`;
  }
  const isInPlan = (parent: string): boolean =>
    objects.some((each) => each.object.toLowerCase() === parent.toLowerCase());
  const of = type ?? field.referenceTo.find(isInPlan) ?? field.referenceTo[0] ?? '';
  const toAdd = isInPlan(of) ? '' : ` Add ${of} to the plan, too, with its file.`;
  return `names parents by their key. Use ${map} and lookups: { ${field.name}: { of: ${of}, by: ${by} } }.${toAdd}`;
}
