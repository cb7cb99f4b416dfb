import type { DescribeField } from '../../api/types.js';
import { idWords, writeId, writeIdAt } from '../../csv/record-id.js';
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
      for (let at = 0; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false;
      return writeIdAt(bytes, start, end, scratch);
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
      if (!writeId(value, scratch)) {
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

/** Ids are told by reading them; what they come to is of no interest here. */
const scratch = new Uint32Array(idWords);

function keyHint({ relationshipName }: Pick<DescribeField, 'relationshipName'>): string {
  return relationshipName === null
    ? ''
    : ` To name the parent by another key, call the column "${relationshipName}.FIELD".`;
}
