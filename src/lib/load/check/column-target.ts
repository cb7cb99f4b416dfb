import type { DescribeField } from '../../api/types.js';
import type { HeaderProblem } from './column.js';

/** What a column of an input sets. */
export type ColumnTarget = {
  /** The field of the object; for `Account.Ext__c` this is the lookup, `AccountId`. */
  readonly field: DescribeField;
  /** The parent is named by one of its own keys, as in `Account.Ext__c`, and not by its id. */
  readonly byParentKey: boolean;
  /** The field of the parent that the values are compared with, when the parent could be described. */
  readonly parentField?: DescribeField;
};

export type ResolvedColumn =
  | { readonly target: ColumnTarget }
  | { readonly problem: HeaderProblem; /** The column matches no field at all. */ readonly unknown: boolean };
