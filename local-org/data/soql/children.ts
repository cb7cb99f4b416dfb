import type { Value } from '../../contracts.ts';
import type { Answer } from './answer.ts';
import type { Query, Selected } from './ast.ts';
import type { Binder } from './bind.ts';
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
  const { name, at } = query.from;
  const relationship = binder.table.schema.childRelationships.find(
    ({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase(),
  );
  if (relationship === undefined) {
    const text = `Didn't understand relationship '${name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`;
    throw binder.fail('INVALID_TYPE', at, text);
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
