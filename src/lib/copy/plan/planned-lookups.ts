import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import type { CopyLookup } from '../../run/copy-record.js';
import { isRequiredIn } from './field-rules.js';
import { byNameOf, lookupByName } from './plan-by-name.js';
import type { CopyPlanFile, MissingRule, ObjectPlan } from './plan-file.js';
import { isInKey, type ResolvedKey } from './resolve-key.js';

type LookupSetup = {
  readonly name: string;
  readonly plan: ObjectPlan;
  /** The plan of all objects. */
  readonly whole: CopyPlanFile;
  readonly source: FieldIndex;
  readonly target: FieldIndex;
  readonly fail: (what: string) => void;
  /** A field of the source; undefined after a failure. */
  readonly known: (name: string) => DescribeField | undefined;
};

/** The lookups of an object of a plan: which fields are followed, and what becomes of records whose parents are missing. */
export class PlannedLookups {
  readonly #object: LookupSetup;

  constructor(object: LookupSetup) {
    this.#object = object;
  }

  /** Whether a field is followed: to objects of the plan, or by name. */
  isLookup(field: DescribeField, objects: readonly string[]): boolean {
    return this.#parentsOf(field, objects).length > 0 || byNameOf(field, this.#object.whole) !== undefined;
  }

  /** How a field is followed, and what becomes of a record whose parent is not copied. */
  resolve(field: DescribeField, key: ResolvedKey, objects: readonly string[]): CopyLookup {
    const { name } = field;
    const inTarget = this.#object.target.field(name) ?? field;
    const explicit = this.givenFor(name);
    if (explicit === 'clear' && !inTarget.nillable)
      this.#object.fail(`${name} can't be cleared: it must have a value. Use missing: hold or fail`);
    const isKey = isInKey(key, name);
    if (explicit === 'clear' && isKey)
      this.#object.fail(`${name} can't be cleared: it is a part of the key. Use missing: hold or fail`);
    const to = this.#parentsOf(field, objects);
    const named = byNameOf(field, this.#object.whole);
    const byName = to.length === 0 || named === 'owner' ? named : undefined;
    const { missing, owners } = this.#object.whole;
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
    const given = Object.entries(this.#object.plan.lookups ?? {});
    return given.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1].missing;
  }

  /** Fails for what the plan says of other fields than these. */
  requireKnown(lookups: readonly CopyLookup[]): void {
    for (const name of Object.keys(this.#object.plan.lookups ?? {})) {
      if (lookups.some(({ field }) => field.toLowerCase() === name.toLowerCase())) continue;
      if (this.#object.known(name) !== undefined)
        this.#object.fail(`${name} isn't a lookup to an object of the plan`);
    }
  }

  /** The lookups by which a record belongs to the copy. */
  within(lookups: readonly CopyLookup[]): string[] {
    return (this.#object.plan.within ?? []).flatMap((name) => {
      const lookup = lookups.find(({ field }) => field.toLowerCase() === name.toLowerCase());
      if (lookup === undefined) {
        if (this.#object.known(name) !== undefined)
          this.#object.fail(`"within" takes lookups to other objects of the plan, and ${name} is none`);
        return [];
      }
      if (lookup.to.includes(this.#object.name))
        this.#object.fail(`"within" can't use ${lookup.field}: it refers to ${this.#object.name} itself`);
      return [lookup.field];
    });
  }

  /** Objects of the plan that a field may refer to in both orgs. */
  #parentsOf(field: DescribeField, objects: readonly string[]): string[] {
    const inTarget = this.#object.target.field(field.name);
    return objects.filter(
      (object) => field.referenceTo.includes(object) && inTarget?.referenceTo.includes(object) === true,
    );
  }
}
