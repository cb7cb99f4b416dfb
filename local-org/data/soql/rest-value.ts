import type { Value } from '../../contracts.ts';

/** A stored value as REST writes it: datetimes with an offset where Bulk has `Z`, checkboxes never null. */
export function restValue({ type }: { readonly type: string }, value: Value): Value {
  if (type === 'datetime' && typeof value === 'string') return value.replace('Z', '+0000');
  return type === 'boolean' ? value === true : value;
}
