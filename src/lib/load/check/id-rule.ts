import type { DescribeField } from '../../api/types.js';
import { isAlphanumeric } from './bytes.js';
import { show, type CellRule } from './rules.js';

type IdRuleOptions = {
  /** The first three characters of the object's ids, when they are known to be these. */
  readonly keyPrefix?: string;
  /** The object that `keyPrefix` belongs to. */
  readonly object?: string;
};

/** Record ids: 15 or 18 letters and digits. */
export function idRule(field: DescribeField, { keyPrefix = '', object = '' }: IdRuleOptions = {}): CellRule {
  const prefix = Buffer.from(keyPrefix);
  return {
    passes: (bytes, start, end) => {
      const length = end - start;
      if (length !== 15 && length !== 18) return false;
      for (let at = 0; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false;
      return isAlphanumeric(bytes, start, end);
    },
    fault: (value) => {
      if (!/^(?:[\da-z]{15}|[\da-z]{18})$/i.test(value)) {
        return {
          code: 'BAD_ID',
          message: `${show(value)} is not an id of 15 or 18 characters.${keyHint(field)}`,
        };
      }
      if (value.startsWith(keyPrefix)) return undefined;
      return {
        code: 'WRONG_OBJECT',
        message: `${show(value)} is not an id of ${object}; those start with ${keyPrefix}.`,
      };
    },
  };
}

function keyHint({ relationshipName }: DescribeField): string {
  return relationshipName === null
    ? ''
    : ` To name the parent by another key, call the column "${relationshipName}.FIELD".`;
}
