import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { ObjectPlan } from './plan-file.js';

/** A field of the source that is not copied. */
export type LeftOut = { readonly field: string; readonly reason: string };

export const ownedByTheOrg = 'is filled by the org';
export const readByParts = 'is read by its parts, or not at all';
export const notInTarget = "isn't in the target";
const otherType = "can't be copied: ";

/** Whether a plan names a field that no plan can send. That of a folder names all that its files have. */
export function isAskedInVain(
  { field, reason }: LeftOut,
  { fields = [], file }: Pick<ObjectPlan, 'fields' | 'file'>,
): boolean {
  const isInVain = [ownedByTheOrg, readByParts, notInTarget].includes(reason) || reason.startsWith(otherType);
  return file === undefined && isInVain && fields.some((each) => each.toLowerCase() === field.toLowerCase());
}

/** Why a field that is a lookup in one of the orgs, and isn't followed, is not sent. @param objects of the plan */
export function whyNotFollowed(
  field: DescribeField,
  inTarget: DescribeField,
  objects: readonly string[],
): string {
  const what = [field, inTarget].map(({ type, referenceTo }) =>
    type === 'reference' ? `a lookup to ${referenceTo.join(', ')}` : `of type ${type}`,
  );
  const isOther =
    field.type !== inTarget.type || !field.referenceTo.some((each) => inTarget.referenceTo.includes(each));
  const isCopied = field.referenceTo.length === 0 || field.referenceTo.some((each) => objects.includes(each));
  if (isOther && isCopied) return `${otherType}it is ${what[0]} in the source, and ${what[1]} in the target`;
  return `refers to ${field.referenceTo.join(', ')}, not in the plan`;
}

type BothOrgs = { readonly source: FieldIndex; readonly target: FieldIndex };

const currencyCode = 'CurrencyIsoCode';

/**
 * Finds amounts whose currency isn't sent, though one of the orgs has several.
 * @param sent fields that are sent, and not by a reference
 * @returns nothing where the target takes the currency from the record's parent
 */
export function amountsIn(
  sent: readonly string[],
  { source, target }: BothOrgs,
): Pick<CopyObject, 'amounts'> {
  if (sent.includes(currencyCode)) return {};
  const inTarget = target.field(currencyCode);
  const isMissing = inTarget === undefined ? source.field(currencyCode) !== undefined : inTarget.createable;
  const fields = sent.filter((name) =>
    [source, target].some((index) => index.field(name)?.type === 'currency'),
  );
  if (!isMissing || fields.length === 0) return {};
  return { amounts: { fields, hasSeveral: inTarget === undefined ? 'source' : 'target' } };
}
