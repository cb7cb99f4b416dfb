import type { RestRecord } from '../api/rest.js';
import type { DescribeField, SObjectDescribe } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { didYouMean, suggestion } from '../describe/did-you-mean.js';
import { FieldIndex } from '../describe/field-index.js';
import { UsageError } from '../errors.js';
import { prepareQuery } from '../export/prepare-query.js';
import { keyKind } from '../load/check/key.js';
import type { CopyLookup, CopyObject } from '../run/copy-record.js';
import { distinctNames, selectAll } from '../soql/select-all.js';
import { inLoadOrder } from './plan-order.js';
import { byNameOf, lookupByName } from './plan-by-name.js';
import type { CopyPlanFile, ObjectPlan } from './plan-file.js';
import { valuesOf } from './plan-values.js';
import { withRecordTypes } from './record-types.js';
import { fieldsIn } from './row-template.js';

/** An org as a plan is held against it. */
export type PlanOrg = {
  readonly describeOf: DescribeOf;
  readonly objectNames: () => Promise<readonly string[]>;
  /** All records that a query finds. */
  readonly records: (soql: string) => Promise<readonly RestRecord[]>;
};

/**
 * Decides everything about the objects of a plan: which fields are read and sent, which lookups are followed, and in which
 * order the objects are loaded.
 * @throws UsageError the plan does not fit the orgs: all that is wrong with it
 */
export async function resolvePlan(
  plan: CopyPlanFile,
  { source, target }: { readonly source: PlanOrg; readonly target: PlanOrg },
): Promise<CopyObject[]> {
  const problems: string[] = [];
  const found: PlannedObject[] = [];
  for (const each of plan.objects) {
    const inSource = await source.describeOf(each.object);
    const inTarget = await target.describeOf(each.object);
    if (inSource === undefined) problems.push(await noObject(each.object, 'source', source));
    if (inTarget === undefined) problems.push(await noObject(each.object, 'target', target));
    if (inSource !== undefined && inTarget !== undefined)
      found.push(new PlannedObject(each, { source: inSource, target: inTarget, plan }));
  }
  requireNone(problems);
  const names = found.map(({ name }) => name);
  const untyped = found.map((each) => each.resolve(names, problems));
  requireNone(problems);
  const resolved = await withRecordTypes(untyped, plan, { source, target, problems });
  requireNone(problems);
  const ordered = inLoadOrder(resolved);
  for (const { soql } of resolved) await prepareQuery({ soql }, { ...source, through: 'bulk' });
  return ordered;
}

function requireNone(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new UsageError(problems.join('\n'), {
    actions: ['Correct the plan; nothing was read or sent.'],
    data: { problems },
  });
}

async function noObject(name: string, which: 'source' | 'target', { objectNames }: PlanOrg): Promise<string> {
  const nearest = suggestion(didYouMean(name, await objectNames()));
  return `The ${which} org has no object "${name}", or you may not see it.${nearest}`;
}

type Describes = {
  readonly source: SObjectDescribe;
  readonly target: SObjectDescribe;
  readonly plan: CopyPlanFile;
};

/** Objects that describe does not tell what they are for, and fields that only the org fills. */
const ownedByTheOrg = 'is filled by the org';

class PlannedObject {
  readonly name: string;
  readonly #plan: ObjectPlan;
  readonly #source: FieldIndex;
  readonly #target: FieldIndex;
  readonly #whole: CopyPlanFile;
  #problems: string[] = [];

  constructor(plan: ObjectPlan, { source, target, plan: whole }: Describes) {
    this.name = source.name;
    this.#plan = plan;
    this.#source = new FieldIndex(source);
    this.#target = new FieldIndex(target);
    this.#whole = whole;
  }

  /** @param objects of the plan */
  resolve(objects: readonly string[], problems: string[]): CopyObject {
    this.#problems = problems;
    const { where } = this.#plan;
    const operation = this.#operation();
    const set = this.#set();
    const key = this.#key(operation);
    const leftOut: Array<{ field: string; reason: string }> = [];
    const fields: string[] = [];
    const lookups: CopyLookup[] = [];
    const fail = (what: string): void => this.#fail(what);
    for (const field of this.#wanted(set)) {
      const reason = this.#whyNot(field, operation, objects);
      if (reason !== undefined) leftOut.push({ field: field.name, reason });
      else if (this.#isLookup(field, objects)) lookups.push(this.#lookup(field, objects));
      else fields.push(field.name);
    }
    this.#requireRequired([...fields, ...lookups.map(({ field }) => field), ...Object.keys(set)]);
    this.#requireKnownLookups(lookups);
    const within = this.#within(lookups);
    const hasRecordTypes = lookups.some(({ byName }) => byName === 'recordType');
    const values = valuesOf(this.#plan, { fields, key: key?.field, hasRecordTypes, fail });
    if (key !== undefined && ![...fields, ...Object.keys(set)].includes(key.field))
      this.#fail(`the key ${key.field} isn't among the fields that are sent`);
    const read = [...fields, ...lookups.map(({ field }) => field), ...Object.values(set).flatMap(fieldsIn)];
    const query = { describe: this.#source.describe, fields: ['Id', ...read] };
    return {
      object: this.name,
      soql: selectAll({ ...query, ...(where === undefined ? {} : { where }) }).soql,
      keyPrefix: this.#source.describe.keyPrefix ?? '',
      operation,
      ...(key === undefined ? {} : { key }),
      fields,
      lookups,
      ...(within.length === 0 ? {} : { within }),
      set,
      ...(values === undefined ? {} : { values }),
      leftOut,
    };
  }

  #fail(what: string): void {
    this.#problems.push(`${this.name}: ${what}.`);
  }

  #operation(): CopyObject['operation'] {
    const { operation, key } = this.#plan;
    if (operation === 'reference' || operation === 'update') {
      this.#fail(`the operation "${operation}" can't be used yet`);
      return 'insert';
    }
    if (operation === 'upsert' && key === undefined) this.#fail('an upsert needs a key');
    if (operation === 'insert' && key !== undefined) this.#fail("an insert with a key can't be used yet");
    return key === undefined ? 'insert' : 'upsert';
  }

  /** Values by field, in the describe's spelling. */
  #set(): Record<string, string> {
    const set: Record<string, string> = {};
    for (const [name, template] of Object.entries(this.#plan.set ?? {})) {
      const field = this.#known(name, this.#target, 'target');
      for (const read of fieldsIn(template)) this.#known(read, this.#source, 'source');
      if (field === undefined) continue;
      if (!field.createable) this.#fail(`${field.name} can't be set: it's read-only`);
      set[field.name] = template;
    }
    return set;
  }

  #key(operation: CopyObject['operation']): CopyObject['key'] {
    const [name, ...others] = this.#plan.key ?? [];
    if (name === undefined || operation !== 'upsert') return undefined;
    if (others.length > 0) {
      this.#fail("a key of several fields can't be used yet");
      return undefined;
    }
    const field = this.#known(name, this.#target, 'target');
    if (field === undefined) return undefined;
    if (!field.externalId && !field.idLookup) this.#fail(`${field.name} isn't an external id of the target`);
    else if (field.unique !== true)
      this.#fail(`${field.name} isn't unique in the target, so that it may match several records`);
    return { field: field.name, kind: keyKind(field) };
  }

  /** Fields of the source that the plan does not leave out, each once. */
  #wanted(set: Readonly<Record<string, string>>): DescribeField[] {
    const { fields, except = [] } = this.#plan;
    for (const name of except) this.#known(name, this.#source, 'source');
    const names =
      fields === undefined
        ? this.#source.describe.fields.map(({ name }) => name)
        : distinctNames([...fields, ...(this.#plan.within ?? [])]);
    const leave = new Set([...except, ...Object.keys(set), 'Id'].map((name) => name.toLowerCase()));
    return names.flatMap((name) => {
      const field =
        fields === undefined ? this.#source.field(name) : this.#known(name, this.#source, 'source');
      return field === undefined || leave.has(field.name.toLowerCase()) ? [] : [field];
    });
  }

  /** Why a field of the source is not sent; undefined where it is. */
  #whyNot(
    field: DescribeField,
    operation: CopyObject['operation'],
    objects: readonly string[],
  ): string | undefined {
    const readable = selectAll({ describe: { ...this.#source.describe, fields: [field] } });
    if (readable.leftOut.length > 0) return 'is read by its parts, or not at all';
    const inTarget = this.#target.field(field.name);
    if (inTarget === undefined) return "isn't in the target";
    const isWritable =
      inTarget.createable && (operation === 'insert' || inTarget.updateable || isRequiredIn(inTarget));
    if (!isWritable) return inTarget.createable ? "can't be updated in the target" : ownedByTheOrg;
    const isLookup = inTarget.type === 'reference' || field.type === 'reference';
    if (isLookup && !this.#isLookup(field, objects))
      return `refers to ${field.referenceTo.join(', ')}, not in the plan`;
    return undefined;
  }

  /** Objects of the plan that a field may refer to in both orgs. */
  #parentsOf(field: DescribeField, objects: readonly string[]): string[] {
    const inTarget = this.#target.field(field.name);
    return objects.filter(
      (object) => field.referenceTo.includes(object) && inTarget?.referenceTo.includes(object) === true,
    );
  }

  /** Whether a field is followed: to objects of the plan, or by name. */
  #isLookup(field: DescribeField, objects: readonly string[]): boolean {
    return this.#parentsOf(field, objects).length > 0 || byNameOf(field, this.#whole) !== undefined;
  }

  #lookup(field: DescribeField, objects: readonly string[]): CopyLookup {
    const { name } = field;
    const inTarget = this.#target.field(name) ?? field;
    const given = Object.entries(this.#plan.lookups ?? {}).find(
      ([each]) => each.toLowerCase() === name.toLowerCase(),
    );
    const explicit = given?.[1].missing;
    if (explicit === 'clear' && !inTarget.nillable)
      this.#fail(`${name} can't be cleared: it must have a value. Use missing: hold or fail`);
    const to = this.#parentsOf(field, objects);
    const byName = to.length === 0 ? byNameOf(field, this.#whole) : undefined;
    const { missing, owners } = this.#whole;
    if (byName !== undefined)
      return lookupByName(name, byName, { ...(owners === undefined ? {} : { owners }), given: explicit });
    const wanted = explicit ?? missing ?? 'clear';
    return {
      field: name,
      to,
      later: [],
      missing: wanted === 'clear' && !inTarget.nillable ? 'hold' : wanted,
      isRequired: isRequiredIn(inTarget) || !inTarget.updateable,
    };
  }

  /** A record that the target would refuse without a value is not sent by the ten thousand. */
  #requireRequired(sent: readonly string[]): void {
    for (const field of this.#target.describe.fields) {
      const isMissing = field.createable && isRequiredIn(field) && !sent.includes(field.name);
      if (!isMissing) continue;
      const parents =
        field.referenceTo.length === 0 ? '' : `, and refers to ${field.referenceTo.join(' or ')}`;
      this.#fail(
        `${field.name} must have a value in the target${parents}; send it, or give it one with "set"`,
      );
    }
  }

  #requireKnownLookups(lookups: readonly CopyLookup[]): void {
    for (const name of Object.keys(this.#plan.lookups ?? {})) {
      if (lookups.some(({ field }) => field.toLowerCase() === name.toLowerCase())) continue;
      if (this.#known(name, this.#source, 'source') !== undefined)
        this.#fail(`${name} isn't a lookup to an object of the plan`);
    }
  }

  #within(lookups: readonly CopyLookup[]): string[] {
    return (this.#plan.within ?? []).flatMap((name) => {
      const lookup = lookups.find(({ field }) => field.toLowerCase() === name.toLowerCase());
      if (lookup === undefined) {
        if (this.#known(name, this.#source, 'source') !== undefined)
          this.#fail(`"within" takes lookups to other objects of the plan, and ${name} is none`);
        return [];
      }
      if (lookup.to.includes(this.name))
        this.#fail(`"within" can't use ${lookup.field}: it refers to ${this.name} itself`);
      return [lookup.field];
    });
  }

  #known(name: string, index: FieldIndex, which: 'source' | 'target'): DescribeField | undefined {
    const field = index.field(name);
    if (field === undefined)
      this.#fail(`the ${which} has no field "${name}"${nearestTo(index.nearestField(name))}`);
    return field;
  }
}

function nearestTo(name: string | undefined): string {
  return name === undefined ? '' : `. Did you mean "${name}"`;
}

/** Whether a record can't be created without a value. */
function isRequiredIn(field: DescribeField): boolean {
  return !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean';
}
