import { checkCharacters } from '../../api/identifiers.js';
import type { DescribeField } from '../../api/types.js';
import { isAlphanumeric } from '../../csv/bytes.js';
import { show, type CellRule } from './rules.js';

type IdRuleOptions = {
  /** The first three characters of the object's ids, when they are known to be these. */
  readonly keyPrefix?: string;
  /** The object that `keyPrefix` belongs to. */
  readonly object?: string;
};

/**
 * Record ids: 15 or 18 letters and digits. The last three of 18 tell which of the others are capital letters, and the org
 * refuses an id whose letters have changed their case.
 */
export function idRule(
  field: Pick<DescribeField, 'relationshipName'>,
  { keyPrefix = '', object = '' }: IdRuleOptions = {},
): CellRule {
  const prefix = Buffer.from(keyPrefix);
  return {
    passes: (bytes, start, end) => {
      const length = end - start;
      if (length !== 15 && length !== 18) return false;
      for (let at = 0; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false;
      return isAlphanumeric(bytes, start, end) && (length === 15 || hasOwnCase(bytes, start));
    },
    fault: (value) => {
      if (treeReference.test(value)) {
        const message = `${show(value)} refers to another record of a tree export, and a load doesn't resolve such references. Load the parents first.${keyHint(field)}`;
        return { code: 'BAD_ID', message };
      }
      if (!/^(?:[\da-z]{15}|[\da-z]{18})$/i.test(value)) {
        return {
          code: 'BAD_ID',
          message: `${show(value)} is not an id of 15 or 18 characters.${keyHint(field)}`,
        };
      }
      if (value.length === 18 && !hasOwnCase(Buffer.from(value), 0)) {
        const message = `${show(value)} is no valid id: letters in it have changed between upper and lower case. Take the ids from the org again.`;
        return { code: 'BAD_ID', message };
      }
      if (value.startsWith(keyPrefix)) return undefined;
      return {
        code: 'WRONG_OBJECT',
        message: `${show(value)} is not an id of ${object}; those start with ${keyPrefix}.`,
      };
    },
  };
}

/** `sf data export tree` names a record of the same export so: `@AccountRef1`. */
const treeReference = /^@\w+$/;

const suffixCharacters = Buffer.from(checkCharacters);
const A = 0x41;
const Z = 0x5a;
const LOWER_A = 0x61;
const CASE = 0x20;

/** Whether the last three of 18 characters are those that the capital letters of the others make. */
function hasOwnCase(bytes: Uint8Array, start: number): boolean {
  for (let group = 0; group < 3; group++) {
    let capitals = 0;
    for (let nth = 0; nth < 5; nth++) {
      const byte = bytes[start + group * 5 + nth] ?? 0;
      if (byte >= A && byte <= Z) capitals |= 1 << nth;
    }
    const given = bytes[start + 15 + group] ?? 0;
    // A capital letter, whichever case it has, or a digit.
    if ((given >= LOWER_A ? given - CASE : given) !== suffixCharacters[capitals]) return false;
  }
  return true;
}

function keyHint({ relationshipName }: Pick<DescribeField, 'relationshipName'>): string {
  return relationshipName === null
    ? ''
    : ` To name the parent by another key, call the column "${relationshipName}.FIELD".`;
}
