import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { FieldIndex } from '../../describe/field-index.js';
import type { CopyLookup, CopyObject, CopyParentKey } from '../../run/copy-record.js';
import { distinctNames, selectAll } from '../../soql/select-all.js';
import { keyLookupProblems, isInKey, keyFieldsOf, resolveKey, type ResolvedKey } from './resolve-key.js';
import { isRequiredIn } from './field-rules.js';
import { withKept } from './kept-fields.js';
import { PlannedLookups } from './planned-lookups.js';
import type { CopyPlanFile, MissingRule, ObjectPlan } from './plan-file.js';
import {
  amountsIn,
  isAskedInVain,
  type LeftOut,
  notInTarget,
  ownedByTheOrg,
  readByParts,
  whyNotFollowed,
} from './left-out.js';
import { createdKeyProblems } from './created-keys.js';
import { defaultedFields } from './planned-defaults.js';
import { fieldsIn } from './row-template.js';
import { recordTypeKey } from './record-types.js';
import { isCreating } from '../model/steps.js';

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
  readonly #lookups: PlannedLookups;
  #problems: string[] = [];

  constructor(plan: ObjectPlan, { source, target, plan: whole }: Describes) {
    this.name = source.name;
    this.plan = plan;
    this.source = new FieldIndex(source);
    this.#target = new FieldIndex(target);
    this.#lookups = new PlannedLookups({
      name: this.name,
      plan,
      whole,
      source: this.source,
      target: this.#target,
      fail: (what) => this.#fail(what),
      known: (name) => this.#known(name, this.source, 'source'),
    });
  }

  get targetPrefix(): string | undefined {
    return this.#target.describe.keyPrefix ?? undefined;
  }

  /** What the plan says of one lookup itself. */
  givenFor(name: string): MissingRule | undefined {
    return this.#lookups.givenFor(name);
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
      else if (this.#lookups.isLookup(field, objects))
        lookups.push(this.#lookups.resolve(field, key, objects));
      else if (!isLookupInKey) fields.push(field.name);
    }
    const inKey = { plan: this.plan, target: this.#target, set, lookups };
    for (const problem of keyLookupProblems(key, inKey)) this.#fail(problem);
    const sent = [...fields, ...lookups.map(({ field }) => field), ...Object.keys(set)];
    if (isCreating(key)) this.#requireCreatable(sent, key);
    this.#lookups.requireKnown(lookups);
    const within = this.#lookups.within(lookups);
    const values = this.#values({ fields, lookups }, key);
    const insertOnly = sent.filter((name) => this.#target.field(name)?.updateable !== true);
    const defaulted = isCreating(key) ? defaultedFields({ fields, lookups, set }, this.#target) : [];
    const { operation, fields: keyFields, ...matched } = key;
    const hasNothingToUpdate = key.match !== undefined && insertOnly.length === sent.length;
    const isUpdated = operation === 'upsert' && !hasNothingToUpdate;
    const kept = { insertOnly: isUpdated ? insertOnly : [], ...values };
    const match = key.match && withKept(key.match, kept, this.#target);
    const asked = [...matching.parentKeys.values()].flat().filter(({ of }) => of === this.name);
    const parentKeys = matching.parentKeys.get(this.name);
    if (this.plan.file !== undefined && where !== undefined) this.#fail('"where" can\'t be used with "file"');
    const read = [...keyFields, ...asked.map(({ by }) => by)];
    return {
      object: this.name,
      soql: this.#soql({ sent, set, read }),
      keyPrefix: this.source.describe.keyPrefix ?? '',
      operation: operation === 'upsert' && hasNothingToUpdate ? 'insert' : operation,
      ...matched,
      ...(match === undefined ? {} : { match }),
      fields,
      lookups,
      ...(parentKeys === undefined ? {} : { parentKeys }),
      ...(within.length === 0 ? {} : { within }),
      set,
      ...values,
      ...(nullMark === undefined ? {} : { nullMark }),
      ...(insertOnly.length === 0 ? {} : { insertOnly }),
      ...(operation === 'reference'
        ? { leftOut: [] }
        : { leftOut, ...amountsIn(sent, { source: this.source, target: this.#target }) }),
      ...(defaulted.length === 0 ? {} : { defaulted }),
    };
  }

  /** @param read fields that aren't sent themselves */
  #soql({ sent, set, read }: Record<'sent' | 'read', readonly string[]> & Pick<CopyObject, 'set'>): string {
    const own = sent.filter((name) => set[name] === undefined);
    const { where } = this.plan;
    return selectAll({
      describe: this.source.describe,
      fields: ['Id', ...own, ...read, ...Object.values(set).flatMap(fieldsIn)],
      ...(where === undefined ? {} : { where }),
    }).soql;
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

  /** The values that the plan replaces, by field in the describe's spelling, and which fields hold several; absent where it replaces none. */
  #values(
    { fields, lookups }: Pick<CopyObject, 'fields' | 'lookups'>,
    key: ResolvedKey,
  ): Pick<CopyObject, 'values' | 'choices'> {
    const keys = key.key === undefined ? keyFieldsOf(key) : [key.key.field];
    const found: Record<string, Readonly<Record<string, string>>> = {};
    for (const [name, replacements] of Object.entries(this.plan.values ?? {})) {
      if (name === recordTypeKey) {
        if (!lookups.some(({ byName }) => byName === 'recordType'))
          this.#fail('"values" names record types, and RecordTypeId isn\'t sent');
        continue;
      }
      const field = fields.find((each) => each.toLowerCase() === name.toLowerCase());
      const clears = Object.values(replacements).includes('');
      if (field === undefined)
        this.#fail(`"values" takes fields that are sent as they are, and ${name} isn't one`);
      else if (keys.includes(field)) this.#fail(`"values" can't be used for the key ${field}`);
      else if (clears && this.#target.field(field)?.nillable !== true)
        this.#fail(
          `"values" can't clear ${field}, which must have a value in the target: name the value to send instead`,
        );
      else found[field] = replacements;
    }
    const names = Object.keys(found);
    const choices = names.filter((name) =>
      [this.source, this.#target].some((index) => index.field(name)?.type === 'multipicklist'),
    );
    return names.length === 0 ? {} : { values: found, choices };
  }

  #fail(what: string): void {
    this.#problems.push(`${this.name}: ${what}.`);
  }

  /** Values by field, in the describe's spelling. */
  #set(): Record<string, string> {
    const set: Record<string, string> = {};
    for (const [name, template] of Object.entries(this.plan.set ?? {})) {
      const field = this.#known(name, this.#target, 'target');
      const read = fieldsIn(template).map((each) => this.#known(each, this.source, 'source'));
      if (field === undefined) continue;
      if (!field.createable) this.#fail(`${field.name} can't be set: it's read-only`);
      const id = read.find((each) => each?.type === 'reference' || each?.type === 'id');
      if (field.type === 'reference' && id !== undefined)
        this.#fail(
          `the lookup ${field.name} can't be set to \${${id.name}}, an id of the source: in the target it is another record's, or nobody's`,
        );
      set[field.name] = template;
    }
    return set;
  }

  /** Fields of the source that the plan does not leave out, each once. */
  #wanted(set: Readonly<Record<string, string>>, key: ResolvedKey): DescribeField[] {
    const { fields, except = [] } = this.plan;
    // Of files, their columns have been held against it.
    if (this.plan.file === undefined) for (const name of except) this.#known(name, this.source, 'source');
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
    if (inTarget === undefined) return notInTarget;
    if (!isWritable(inTarget, key))
      return inTarget.createable ? "can't be updated in the target" : ownedByTheOrg;
    const isLookup = inTarget.type === 'reference' || field.type === 'reference';
    if (isLookup && !this.#lookups.isLookup(field, objects)) return whyNotFollowed(field, inTarget, objects);
    return undefined;
  }

  #leaveOut(field: LeftOut, leftOut: LeftOut[]): void {
    if (isAskedInVain(field, this.plan)) this.#fail(`${field.field} ${field.reason}`);
    else leftOut.push(field);
  }

  /** Records that the target would refuse, or that the next copy would create again, are not sent by the ten thousand. */
  #requireCreatable(sent: readonly string[], key: ResolvedKey): void {
    const problems = createdKeyProblems(key, { source: this.source, target: this.#target, sent });
    for (const problem of problems) this.#fail(problem);
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

function isWritable(field: DescribeField, { operation, key }: ResolvedKey): boolean {
  if (operation === 'reference') return false;
  if (operation === 'update') return field.updateable;
  return field.createable && (key === undefined || field.updateable || isRequiredIn(field));
}

function nearestTo(name: string | undefined): string {
  return name === undefined ? '' : `. Did you mean "${name}"`;
}
