import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { FieldIndex } from '../../describe/field-index.js';
import type { CopyLookup, CopyObject, CopyParentKey } from '../../run/copy-record.js';
import { distinctNames, selectAll } from '../../soql/select-all.js';
import { keyLookupProblems } from './key-lookups.js';
import { byNameOf, lookupByName } from './plan-by-name.js';
import { isAskedInVain, type LeftOut, ownedByTheOrg, readByParts } from './left-out.js';
import type { CopyPlanFile, MissingRule, ObjectPlan } from './plan-file.js';
import { valuesOf } from './plan-values.js';
import { isInKey, keyFieldsOf, resolveKey, type ResolvedKey } from './resolve-key.js';
import { fieldsIn } from './row-template.js';

type Describes = {
  readonly source: SObjectDescribe;
  readonly target: SObjectDescribe;
  readonly plan: CopyPlanFile;
};

/** One object of a plan, held against both orgs. */
export class PlannedObject {
  readonly name: string;
  readonly plan: ObjectPlan;
  readonly source: FieldIndex;
  readonly #target: FieldIndex;
  readonly #whole: CopyPlanFile;
  #problems: string[] = [];

  constructor(plan: ObjectPlan, { source, target, plan: whole }: Describes) {
    this.name = source.name;
    this.plan = plan;
    this.source = new FieldIndex(source);
    this.#target = new FieldIndex(target);
    this.#whole = whole;
  }

  get targetPrefix(): string | undefined {
    return this.#target.describe.keyPrefix ?? undefined;
  }

  /** @param objects of the plan */
  resolve(objects: readonly string[], problems: string[], matching: Matching): CopyObject {
    this.#problems = problems;
    const { where, nullMark } = this.plan;
    const set = this.#set();
    const key = this.#key(set, matching);
    const leftOut: LeftOut[] = [];
    const fields: string[] = [];
    const lookups: CopyLookup[] = [];
    for (const field of this.#wanted(set, key)) {
      const isLookupInKey = isInKey(key, field.name) && field.type === 'reference';
      const reason = isLookupInKey ? undefined : this.#whyNot(field, key, objects);
      if (reason !== undefined) this.#leaveOut({ field: field.name, reason }, leftOut);
      else if (this.#isLookup(field, objects)) lookups.push(this.#lookup(field, key, objects));
      else if (!isLookupInKey) fields.push(field.name);
    }
    const inKey = { plan: this.plan, target: this.#target, set, lookups };
    for (const problem of keyLookupProblems(key, inKey)) this.#fail(problem);
    const sent = [...fields, ...lookups.map(({ field }) => field), ...Object.keys(set)];
    if (isCreating(key)) this.#requireRequired(sent);
    this.#requireKnownLookups(lookups);
    const within = this.#within(lookups);
    const values = this.#values({ fields, lookups }, key);
    if (key.key !== undefined && ![...fields, ...Object.keys(set)].includes(key.key.field))
      this.#fail(`the key ${key.key.field} isn't among the fields that are sent`);
    const insertOnly = sent.filter((name) => this.#target.field(name)?.updateable !== true);
    const { operation, fields: keyFields, ...matched } = key;
    const hasNothingToUpdate = key.match !== undefined && insertOnly.length === sent.length;
    const asked = [...matching.parentKeys.values()].flat().filter(({ of }) => of === this.name);
    const parentKeys = matching.parentKeys.get(this.name);
    if (this.plan.file !== undefined && where !== undefined) this.#fail('"where" can\'t be used with "file"');
    const read = [
      ...sent.filter((name) => set[name] === undefined),
      ...keyFields,
      ...asked.map(({ by }) => by),
    ];
    const query = {
      describe: this.source.describe,
      fields: ['Id', ...read, ...Object.values(set).flatMap(fieldsIn)],
    };
    return {
      object: this.name,
      soql: selectAll({ ...query, ...(where === undefined ? {} : { where }) }).soql,
      keyPrefix: this.source.describe.keyPrefix ?? '',
      operation: operation === 'upsert' && hasNothingToUpdate ? 'insert' : operation,
      ...matched,
      fields,
      lookups,
      ...(parentKeys === undefined ? {} : { parentKeys }),
      ...(within.length === 0 ? {} : { within }),
      set,
      ...values,
      ...(nullMark === undefined ? {} : { nullMark }),
      ...(insertOnly.length === 0 ? {} : { insertOnly }),
      leftOut: operation === 'reference' ? [] : leftOut,
    };
  }

  #key(set: Readonly<Record<string, string>>, { hasKnownIds, keyParents }: Matching): ResolvedKey {
    return resolveKey({
      plan: this.plan,
      source: this.source,
      target: this.#target,
      set,
      hasKnownIds,
      isParentInKey: keyParents.has(this.name),
      fail: (what) => this.#fail(what),
      known: (name, index, which) => this.#known(name, index, which),
    });
  }

  #values(
    { fields, lookups }: Pick<CopyObject, 'fields' | 'lookups'>,
    key: ResolvedKey,
  ): Pick<CopyObject, 'values' | 'choices'> {
    return valuesOf(this.plan, {
      fields,
      keys: key.key === undefined ? keyFieldsOf(key) : [key.key.field],
      hasRecordTypes: lookups.some(({ byName }) => byName === 'recordType'),
      describesOf: (name) => [this.source.field(name), this.#target.field(name)],
      canBeEmpty: (name) => this.#target.field(name)?.nillable === true,
      fail: (what) => this.#fail(what),
    });
  }

  #fail(what: string): void {
    this.#problems.push(`${this.name}: ${what}.`);
  }

  /** Values by field, in the describe's spelling. */
  #set(): Record<string, string> {
    const set: Record<string, string> = {};
    for (const [name, template] of Object.entries(this.plan.set ?? {})) {
      const field = this.#known(name, this.#target, 'target');
      for (const read of fieldsIn(template)) this.#known(read, this.source, 'source');
      if (field === undefined) continue;
      if (!field.createable) this.#fail(`${field.name} can't be set: it's read-only`);
      set[field.name] = template;
    }
    return set;
  }

  /** Fields of the source that the plan does not leave out, each once. */
  #wanted(set: Readonly<Record<string, string>>, key: ResolvedKey): DescribeField[] {
    const { fields, except = [] } = this.plan;
    for (const name of except) this.#known(name, this.source, 'source');
    const names =
      fields === undefined
        ? this.source.describe.fields.map(({ name }) => name)
        : distinctNames([...fields, ...(this.plan.within ?? []), ...lookupsIn(key, this.source)]);
    const leave = new Set([...except, ...Object.keys(set), 'Id'].map((name) => name.toLowerCase()));
    return names.flatMap((name) => {
      const field = fields === undefined ? this.source.field(name) : this.#known(name, this.source, 'source');
      return field === undefined || leave.has(field.name.toLowerCase()) ? [] : [field];
    });
  }

  /** Why a field of the source is not sent; undefined where it is. */
  #whyNot(field: DescribeField, key: ResolvedKey, objects: readonly string[]): string | undefined {
    const readable = selectAll({ describe: { ...this.source.describe, fields: [field] } });
    if (readable.leftOut.length > 0) return readByParts;
    const inTarget = this.#target.field(field.name);
    if (inTarget === undefined) return "isn't in the target";
    if (!isWritable(inTarget, key))
      return inTarget.createable ? "can't be updated in the target" : ownedByTheOrg;
    const isLookup = inTarget.type === 'reference' || field.type === 'reference';
    if (isLookup && !this.#isLookup(field, objects))
      return `refers to ${field.referenceTo.join(', ')}, not in the plan`;
    return undefined;
  }

  #leaveOut(field: LeftOut, leftOut: LeftOut[]): void {
    if (isAskedInVain(field, this.plan)) this.#fail(`${field.field} ${field.reason}`);
    else leftOut.push(field);
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

  #lookup(field: DescribeField, key: ResolvedKey, objects: readonly string[]): CopyLookup {
    const { name } = field;
    const inTarget = this.#target.field(name) ?? field;
    const explicit = this.givenFor(name);
    if (explicit === 'clear' && !inTarget.nillable)
      this.#fail(`${name} can't be cleared: it must have a value. Use missing: hold or fail`);
    const isKey = isInKey(key, name);
    if (explicit === 'clear' && isKey)
      this.#fail(`${name} can't be cleared: it is a part of the key. Use missing: hold or fail`);
    const to = this.#parentsOf(field, objects);
    const named = byNameOf(field, this.#whole);
    const byName = to.length === 0 || named === 'owner' ? named : undefined;
    const { missing, owners } = this.#whole;
    if (byName !== undefined)
      return lookupByName(
        { field: name, to, byName },
        { ...(owners === undefined ? {} : { owners }), given: explicit },
      );
    const wanted = explicit ?? missing ?? 'clear';
    const cannotClear = isKey || !inTarget.nillable;
    return {
      field: name,
      to,
      later: [],
      missing: wanted === 'clear' && cannotClear ? 'hold' : wanted,
      // A record can't be matched before its parent is known.
      isRequired: isKey || isRequiredIn(inTarget) || !inTarget.updateable,
      ...(cannotClear ? { cannotClear } : {}),
    };
  }

  /** What the plan says of one lookup itself. */
  givenFor(name: string): MissingRule | undefined {
    const given = Object.entries(this.plan.lookups ?? {});
    return given.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1].missing;
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
    for (const name of Object.keys(this.plan.lookups ?? {})) {
      if (lookups.some(({ field }) => field.toLowerCase() === name.toLowerCase())) continue;
      if (this.#known(name, this.source, 'source') !== undefined)
        this.#fail(`${name} isn't a lookup to an object of the plan`);
    }
  }

  #within(lookups: readonly CopyLookup[]): string[] {
    return (this.plan.within ?? []).flatMap((name) => {
      const lookup = lookups.find(({ field }) => field.toLowerCase() === name.toLowerCase());
      if (lookup === undefined) {
        if (this.#known(name, this.source, 'source') !== undefined)
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

/** What is known of all objects before they are resolved. */
type Matching = {
  readonly hasKnownIds: boolean;
  readonly keyParents: ReadonlySet<string>;
  /** Lookups whose values are keys of parents, by the children's object. */
  readonly parentKeys: ReadonlyMap<string, readonly CopyParentKey[]>;
};

function lookupsIn({ fields }: ResolvedKey, source: FieldIndex): string[] {
  return fields.filter((name) => source.field(name)?.type === 'reference');
}

function isCreating({ operation }: ResolvedKey): boolean {
  return operation === 'insert' || operation === 'upsert';
}

function isWritable(field: DescribeField, { operation, key }: ResolvedKey): boolean {
  if (operation === 'reference') return false;
  if (operation === 'update') return field.updateable;
  return field.createable && (key === undefined || field.updateable || isRequiredIn(field));
}

function nearestTo(name: string | undefined): string {
  return name === undefined ? '' : `. Did you mean "${name}"`;
}

/** Whether a record can't be created without a value. */
function isRequiredIn(field: DescribeField): boolean {
  return !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean';
}
