import type { DescribeField } from '../api/types.js';
import type { DescribeOf } from './describe-of.js';
import { FieldIndex } from './field-index.js';

/** The field at a path such as `Account.Owner.Name`; undefined where a parent may be of several objects. */
export async function fieldAt(
  path: string,
  root: FieldIndex,
  describeOf: DescribeOf,
): Promise<DescribeField | undefined> {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let fields = root;
  for (const name of names) {
    const [parent, ...others] = fields.relationship(name)?.referenceTo ?? [];
    const describe = parent === undefined || others.length > 0 ? undefined : await describeOf(parent);
    if (describe === undefined) return undefined;
    fields = new FieldIndex(describe);
  }
  return fields.field(last);
}
