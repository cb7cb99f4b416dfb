import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { UsageError } from '../../errors.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { CopyPlanFile } from './plan-file.js';
import { planText, type DerivedObject } from './plan-text.js';
import { resolvePlan, type PlanOrg } from './resolve-plan.js';

export type DeriveSetup = {
  /** As a person named them. */
  readonly objects: readonly string[];
  readonly source: PlanOrg;
  readonly target: PlanOrg;
};

const mostObjects = 50;

/**
 * Derives a plan for objects, and for those that their records need, and writes it as a text that a person can edit: beside
 * each object it says why it is there, and what is left out.
 * @throws UsageError an object doesn't exist in one of the orgs, or no order of loads is possible
 */
export async function derivePlan(setup: DeriveSetup): Promise<string> {
  const { source, target } = setup;
  const wanted = await withRequiredParents(setup);
  // As the command without a plan does: no object has a key until a person gives it one.
  const plan: CopyPlanFile = { objects: wanted.map(({ object }) => ({ object })) };
  const resolved = await resolvePlan(plan, { source, target });
  const derived: DerivedObject[] = [];
  for (const object of resolved) {
    const why = wanted.find((each) => each.object === object.object)?.why ?? '';
    const describe = await source.describeOf(object.object);
    if (describe === undefined) continue;
    const keys = await uniqueKeys(object.object, setup);
    derived.push({ ...factsOf(object, describe, resolved), object, why, keys });
  }
  return planText(derived);
}

type Wanted = { readonly object: string; readonly why: string };

/** Objects that were named, and those that a lookup of one of them must refer to. */
async function withRequiredParents({ objects, source, target }: DeriveSetup): Promise<Wanted[]> {
  const wanted: Wanted[] = objects.map((object) => ({ object, why: 'Named with --sobject.' }));
  for (let at = 0; at < wanted.length; at++) {
    const { object } = wanted[at] ?? { object: '' };
    const describe = await target.describeOf(object);
    // Names are told as the orgs spell them.
    if (describe !== undefined) wanted[at] = { object: describe.name, why: wanted[at]?.why ?? '' };
    const inSource = await source.describeOf(object);
    for (const field of describe?.fields ?? []) {
      const parent = requiredParent(field, inSource);
      const isKnown = wanted.some((each) => each.object.toLowerCase() === parent?.toLowerCase());
      if (parent === undefined || isKnown) continue;
      wanted.push({ object: parent, why: `${object}.${field.name} must refer to one.` });
    }
    if (wanted.length > mostObjects)
      throw new UsageError(`These objects need more than ${mostObjects} others. Write the plan by hand.`);
  }
  return wanted;
}

/** Users are in every org. */
const neverCopied: ReadonlySet<string> = new Set(['User', 'Group', 'RecordType', 'Profile']);

function requiredParent(field: DescribeField, source: SObjectDescribe | undefined): string | undefined {
  const isRequired = field.createable && !field.nillable && !field.defaultedOnCreate;
  const [parent, ...others] = field.referenceTo;
  if (!isRequired || parent === undefined || others.length > 0 || neverCopied.has(parent)) return undefined;
  return source?.fields.some(({ name }) => name === field.name) === true ? parent : undefined;
}

/** External ids of both orgs that no two records share, and that can be written. */
async function uniqueKeys(object: string, { source, target }: DeriveSetup): Promise<string[]> {
  const inSource = await source.describeOf(object);
  const inTarget = await target.describeOf(object);
  const keys = (inTarget?.fields ?? []).filter(
    ({ name, externalId, unique, createable, updateable }) =>
      externalId &&
      unique === true &&
      createable &&
      updateable &&
      inSource?.fields.some((field) => field.name === name),
  );
  return keys.map(({ name }) => name);
}

function factsOf(
  { object }: CopyObject,
  { fields, childRelationships = [] }: SObjectDescribe,
  objects: readonly CopyObject[],
): Pick<DerivedObject, 'masks' | 'children'> {
  const copied = new Set(objects.map((each) => each.object));
  const sent = objects.find((each) => each.object === object)?.fields ?? [];
  const maskable = fields.filter(
    ({ name, type }) => sent.includes(name) && ['email', 'phone'].includes(type),
  );
  const children = childRelationships.map(({ childSObject }) => childSObject);
  return {
    masks: Object.fromEntries(maskable.map(({ name, type }) => [name, type])),
    children: [...new Set(children)].filter((child) => !copied.has(child) && !isOfTheOrg(child)),
  };
}

/** Objects that an org fills by itself. */
function isOfTheOrg(object: string): boolean {
  return /(?:History|Feed|Share|ChangeEvent|Tag|Relation|Roles?)$/.test(object);
}
