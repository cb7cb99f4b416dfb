import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import { keyKind } from '../../load/check/key.js';
import { compareKind, compareScale } from '../../load/check/match-text.js';
import type { CopyMatch, CopyObject } from '../../run/copy-record.js';
import { distinctNames, selectAll } from '../../soql/select-all.js';
import type { ObjectPlan } from './plan-file.js';

export type KeySetup = {
  readonly plan: ObjectPlan;
  readonly source: FieldIndex;
  readonly target: FieldIndex;
  /** Values by field, in the target's spelling. */
  readonly set: Readonly<Record<string, string>>;
  /** Ids of earlier copies tell which records the target has. */
  readonly hasKnownIds: boolean;
  /** The key of another object has a lookup to this one, so that its ids have to be known before anything is sent. */
  readonly isParentInKey: boolean;
  readonly fail: (what: string) => void;
  /** The field of a name; undefined after a failure. */
  readonly known: (name: string, index: FieldIndex, which: 'source' | 'target') => DescribeField | undefined;
};

/** How an object's records are matched, and what becomes of them then. */
export type ResolvedKey = Pick<CopyObject, 'operation' | 'key' | 'match'> & {
  /** Fields of the key that are read from the source. */
  readonly fields: readonly string[];
};

/**
 * Decides who matches the records of an object. The target does, by an upsert of its own, where the key is one external id
 * that it lets no two records share; else its ids and keys are read, and compared here.
 */
export function resolveKey(setup: KeySetup): ResolvedKey {
  const { plan, target, hasKnownIds, fail } = setup;
  const names = distinctNames(plan.key ?? []);
  if (names.length === 0) {
    if (plan.operation !== undefined && plan.operation !== 'insert') {
      const article = /^[aeiou]/.test(plan.operation) ? 'an' : 'a';
      fail(`${article} ${plan.operation} needs a key`);
    }
    return { operation: plan.operation ?? (hasKnownIds ? 'upsert' : 'insert'), fields: [] };
  }
  const fields = names.flatMap((name) => keyField(name, setup) ?? []);
  if (names.length > 1 && fields.some(({ name }) => name === 'Id'))
    fail('Id can\'t be a part of a key: it tells records apart alone. Use "key: Id"');
  const operation = plan.operation ?? 'upsert';
  const read = fields.map(({ name }) => name).filter((name) => setup.set[name] === undefined);
  const [only] = fields;
  if (only !== undefined && isNative(only, setup, names))
    return { operation, key: { field: only.name, kind: keyKind(only), ...scaleOf(only) }, fields: read };
  const match: CopyMatch = {
    fields: fields.map((field) => ({ field: field.name, compare: compareKind(field), ...scaleOf(field) })),
    soql: selectAll({ describe: target.describe, fields: ['Id', ...fields.map(({ name }) => name)] }).soql,
  };
  return { operation, match, fields: read };
}

/** A field of the key, as the target describes it. */
function keyField(name: string, { source, target, set, fail, known }: KeySetup): DescribeField | undefined {
  const field = known(name, target, 'target');
  if (field === undefined) return undefined;
  if (set[field.name] === undefined && known(name, source, 'source') === undefined) return undefined;
  const isWhole = selectAll({ describe: { ...target.describe, fields: [field] } }).leftOut.length > 0;
  if (isWhole) fail(`${field.name} can't be a key: it is read by its parts, or not at all`);
  return field;
}

function isNative(field: DescribeField, setup: KeySetup, names: readonly string[]): boolean {
  const { plan, isParentInKey } = setup;
  if (names.length > 1 || isParentInKey || (plan.operation ?? 'upsert') !== 'upsert') return false;
  const isWritten = field.createable && field.updateable && field.type !== 'reference';
  return (field.externalId || field.idLookup) && field.unique === true && isWritten;
}

function scaleOf(field: DescribeField): { readonly scale?: number } {
  const scale = compareScale(field);
  return scale === undefined ? {} : { scale };
}

export function isInKey(key: ResolvedKey, name: string): boolean {
  return keyFieldsOf(key).includes(name);
}

/** Of a key that is matched here. */
export function keyFieldsOf({ match }: ResolvedKey): string[] {
  return (match?.fields ?? []).map(({ field }) => field);
}
