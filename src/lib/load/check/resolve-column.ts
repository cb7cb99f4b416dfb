import { suggestion } from '../../describe/did-you-mean.js';
import type { FieldIndex } from '../../describe/field-index.js';
import type { DescribeOf } from '../../describe/describe.js';
import { type ResolvedColumn, headerProblem } from './column.js';
import { resolveRelationship } from './resolve-relationship.js';

/** Finds what a column sets, or why it cannot be told. */
export async function resolveColumn(
  column: string,
  index: FieldIndex,
  describeOf: DescribeOf,
): Promise<ResolvedColumn> {
  const field = index.field(column);
  if (field !== undefined) return { target: { field, byParentKey: false } };
  if (/[.:]/.test(column) && !looksMisread(column)) return resolveRelationship(column, index, describeOf);
  const message = `${index.describe.name} has no field "${column}".${explain(column, index)}`;
  return { problem: headerProblem('UNKNOWN_COLUMN', column, message), unknown: true };
}

function explain(column: string, index: FieldIndex): string {
  if (/^(sf|source)__/i.test(column)) {
    return ' It belongs to a file of results; leave it out with --ignore-unknown-columns.';
  }
  if (looksMisread(column)) return ' Is this the whole header? Name its separator with --column-delimiter.';
  const lookup = index.relationship(column);
  if (lookup !== undefined) {
    return (
      ` "${column}" is a relationship: use "${lookup.name}" for the parent's id, or for a parent that is null, with` +
      ` --map "${column}=${lookup.name}"; or "${column}.FIELD" with a key of the parent. Leave it out with --map "${column}=".`
    );
  }
  const children = index.children(column);
  if (children !== undefined) {
    return (
      ` "${column}" is a list of child records: load those into ${children} from an input of their own,` +
      ' and leave the list out with --ignore-unknown-columns.'
    );
  }
  const blank = column !== column.trim() && index.field(column.trim()) !== undefined;
  if (blank) return ` There are blanks around "${column.trim()}"; they are part of the name.`;
  return suggestion(index.nearestField(column));
}

/** Field names hold none of these, so a header that does was cut at the wrong character. */
function looksMisread(column: string): boolean {
  return /[,;\t|^`]/.test(column);
}
