import type { DescribeField, IngestOperation } from '../../api/types.js';
import { didYouMean, suggestion } from '../../describe/did-you-mean.js';
import { hash32 } from '../keys/hash.js';
import { show, type CellRule } from './rules.js';

const SEMICOLON = 0x3b;

/**
 * Values of a restricted picklist, in any case; several separated by semicolons in a multi-select one. Inactive
 * values are refused for new records only: existing ones may have them and keep them.
 */
export function picklistRule(field: DescribeField, operation: IngestOperation): CellRule {
  const all = field.picklistValues ?? [];
  const allowed = all.filter(({ active }) => active || operation !== 'insert').map(({ value }) => value);
  const known = new KnownValues(allowed);
  const anyCase = new Set(allowed.map((value) => value.toLowerCase()));
  const isMulti = field.type === 'multipicklist';
  return {
    passes: (bytes, start, end) =>
      isMulti ? known.hasEach(bytes, start, end) : known.has(bytes, start, end),
    fault: (value) => {
      const values = isMulti ? value.split(';') : [value];
      const wrong = values
        .map((one) => one.trim())
        .find((one) => one !== '' && !anyCase.has(one.toLowerCase()));
      if (wrong === undefined) return undefined;
      const isInactive = all.some((one) => one.value.toLowerCase() === wrong.toLowerCase());
      const why = isInactive ? 'is no longer in use in' : 'is not in';
      return {
        code: 'BAD_PICKLIST_VALUE',
        message: `${show(wrong)} ${why} the picklist.${suggestion(isInactive ? undefined : didYouMean(wrong, allowed))}`,
      };
    },
  };
}

/** Recognises values by their bytes. A value it misses, because two share a hash, is looked up as text. */
class KnownValues {
  readonly #byHash: ReadonlyMap<number, Uint8Array>;

  constructor(values: readonly string[]) {
    this.#byHash = new Map(
      values.map((value) => {
        const bytes = Buffer.from(value);
        return [hash32(bytes, 0, bytes.length), bytes];
      }),
    );
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    const value = this.#byHash.get(hash32(bytes, start, end));
    if (value?.length !== end - start) return false;
    for (let at = 0; at < value.length; at++) if (value[at] !== bytes[start + at]) return false;
    return true;
  }

  hasEach(bytes: Uint8Array, start: number, end: number): boolean {
    let from = start;
    for (let at = start; at <= end; at++) {
      if (at < end && bytes[at] !== SEMICOLON) continue;
      if (!this.has(bytes, from, at)) return false;
      from = at + 1;
    }
    return true;
  }
}
