import type { InputProblem } from '../../errors.js';
import type { DescribeField } from '../../api/types.js';

/** What the describe check can find in a header. */
export type HeaderProblemCode =
  | 'BLOB_COLUMN'
  | 'DUPLICATE_COLUMN'
  | 'EMPTY_COLUMN'
  | 'EXTERNAL_ID_MISSING'
  | 'EXTERNAL_ID_UNKNOWN'
  | 'ID_BESIDE_KEY'
  | 'ID_ON_INSERT'
  | 'ID_MISSING'
  | 'LEFT_OUT'
  | 'LOOKUP_AND_KEY'
  | 'MISSING_REQUIRED'
  | 'NOT_A_KEY'
  | 'NOT_CREATEABLE'
  | 'NOT_EXTERNAL_ID'
  | 'NOT_UPDATEABLE'
  | 'NOT_SENT'
  | 'OBJECT_READ_ONLY'
  | 'OBJECT_TYPE_NOT_ALLOWED'
  | 'OBJECT_TYPE_REQUIRED'
  | 'OBJECT_TYPE_UNKNOWN'
  | 'RELATIONSHIP_BY_ID'
  | 'RELATIONSHIP_TOO_DEEP'
  | 'UNKNOWN_COLUMN'
  | 'UNKNOWN_PARENT_FIELD'
  | 'UNKNOWN_RELATIONSHIP';

export type HeaderProblem = InputProblem & { readonly code: HeaderProblemCode };

/** A problem of the header, which is row 0 of an input. */
export function headerProblem(code: HeaderProblemCode, column: string, message: string): HeaderProblem {
  return { code, message, row: 0, column };
}

/** A problem of the header as a whole, such as a column that is not there. */
export function wholeHeaderProblem(code: HeaderProblemCode, message: string): HeaderProblem {
  return { code, message, row: 0 };
}

/** A warning about the columns of a file; none where there is no message. */
export function noticeOf(code: string, file: string, message: string | undefined): InputProblem[] {
  return message === undefined ? [] : [{ code, file, message }];
}

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
