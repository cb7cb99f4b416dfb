import type { Value } from '../../contracts.ts';
import type { Answer } from './answer.ts';
import type { Query, Selected } from './ast.ts';
import { misunderstood, type Binder } from './bind.ts';
import type { ChildSelection } from './project.ts';
import { cut } from './select-rows.ts';

type Subquery = Extract<Selected, { kind: 'subquery' }>;
type AnswerChild = (query: Query) => { readonly binder: Binder; readonly answer: Answer<number> };

/** `(SELECT … FROM Contacts)`: a shape that gives each parent's record its children, or null when it has none. */
export function selectChildren(
  binder: Binder,
  { query }: Subquery,
  answerChild: AnswerChild,
): ChildSelection {
  const { at } = query.from;
  const name = binder.withoutAlias(query.from.name.split('.')).join('.');
  const relationship = binder.table.schema.childRelationships.find(
    ({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase(),
  );
  if (relationship === undefined) {
    throw binder.fail('INVALID_TYPE', at, misunderstood(name, 'FROM part of query call'));
  }
  const child = answerChild({ ...query, from: { ...query.from, name: relationship.childSObject } });
  const lookup = child.binder.bind({ kind: 'path', names: [relationship.field], at });
  let rowsByParent: Map<Value, number[]> | undefined;
  return {
    name: relationship.relationshipName ?? name,
    shape: (parentRow) => {
      rowsByParent ??= Map.groupBy(Array.from(child.answer.list), (row) => lookup.read(row));
      const rows = rowsByParent.get(binder.table.id(parentRow)) ?? [];
      const records = Array.from(cut(rows, query), (row) => child.answer.record(row));
      return records.length === 0 ? null : { totalSize: records.length, done: true, records };
    },
  };
}
