import { OrgError, type QueryOutcome, type QueryRequest, type Value } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import type { Store } from '../store/store.ts';
import { isAggregate } from './aggregates.ts';
import { countOutcome, outcomeOf, type Answer } from './answer.ts';
import type { Query } from './ast.ts';
import { Binder, tableOf, type BoundField } from './bind.ts';
import { checkBulkClauses, checkBulkFields, checkBulkObject } from './bulk-rules.ts';
import { selectChildren } from './children.ts';
import { FilterCompiler, type FilterScope } from './filter.ts';
import { parseSoql } from './parse.ts';
import { RecordShaper } from './project.ts';
import { answerGroups } from './run-aggregate.ts';
import { bindOperand } from './scalar-functions.ts';
import { cut, matchingRows, sortedRows, type SelectOptions } from './select-rows.ts';
import { bindSelected } from './selected.ts';
import { selectTypeOf } from './type-of.ts';

const maxOffset = 2000;
const defaultApiVersion = '67.0';

/** What one request's queries, the outer and those inside it, have in common. */
type Run = QueryRequest & { readonly store: Store };

function binderOf({ store, soql, includeDeleted }: Run, query: Query): Binder {
  const table = tableOf(store, soql, query.from);
  return new Binder({ store, table, soql, from: query.from, includeDeleted });
}

function scopeOf(run: Run, binder: Binder): FilterScope<number> {
  return {
    soql: run.soql,
    today: new Date(run.store.timestamp()),
    bind: (operand) => bindOperand(binder, operand),
    select: (query) => selectValues(run, query),
  };
}

function selectionOf(run: Run, binder: Binder, query: Query): SelectOptions {
  const matches = query.where && new FilterCompiler(scopeOf(run, binder)).compile(query.where);
  return { binder, query, matches };
}

/** The values, other than null, of the one field that a semi-join's query selects. */
function selectValues(run: Run, query: Query): Value[] {
  const binder = binderOf(run, query);
  const [field] = bindSelected(binder, query);
  const rows = cut(sortedRows(selectionOf(run, binder, query)), query);
  return Array.from(rows, (row) => field?.read(row) ?? null).filter((value) => value !== null);
}

function answerRows(
  run: Run,
  binder: Binder,
  { query, fields }: { query: Query; fields: readonly BoundField[] },
): Answer<number> {
  const apiVersion = run.apiVersion ?? defaultApiVersion;
  const children = query.select.flatMap((selected) => {
    if (selected.kind === 'typeof') return [selectTypeOf(binder, selected, { soql: run.soql, apiVersion })];
    if (selected.kind === 'subquery')
      return [selectChildren(binder, selected, (child) => childAnswer(run, child))];
    return [];
  });
  const shaper = new RecordShaper({ binder, fields, children, apiVersion });
  return {
    columns: fields.map(({ path, field }) => ({ path: path.join('.'), field, aggregate: false })),
    list: cut(sortedRows(selectionOf(run, binder, query)), query),
    row: (row) => fields.map(({ read }) => read(row)),
    record: (row) => shaper.record(row),
  };
}

/** The child rows of all parents together: each parent's share is cut to the subquery's LIMIT later. */
function childAnswer(run: Run, query: Query): { readonly binder: Binder; readonly answer: Answer<number> } {
  const binder = binderOf(run, query);
  const whole = { ...query, limit: undefined, offset: undefined };
  return { binder, answer: answerRows(run, binder, { query: whole, fields: bindSelected(binder, query) }) };
}

/** Runs SOQL. Throws `OrgError` for what REST, or with `bulk` Bulk API 2.0, refuses. */
export function runQuery(store: Store, quirks: Quirks, request: QueryRequest): QueryOutcome {
  const run: Run = { ...request, store };
  const query = parseSoql(run.soql);
  const binder = binderOf(run, query);
  const object = binder.table.schema.name;
  if (run.bulk) {
    checkBulkObject(binder.table.schema);
    checkBulkClauses(query, quirks);
  }
  if ((query.offset?.rows ?? 0) > maxOffset) {
    throw new OrgError('NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${maxOffset}`);
  }
  const [first] = query.select;
  const isCount =
    query.select.length === 1 && first !== undefined && isAggregate(first) && first.argument === undefined;
  if (isCount && query.groupBy.length === 0) {
    return countOutcome(object, cut(matchingRows(selectionOf(run, binder, query)), query).length);
  }
  if (query.groupBy.length > 0 || query.select.some(isAggregate)) {
    const rows = matchingRows(selectionOf(run, binder, query));
    return outcomeOf(object, answerGroups({ binder, query, rows, scope: scopeOf(run, binder) }));
  }
  const fields = bindSelected(binder, query);
  if (run.bulk) checkBulkFields(fields, quirks);
  return outcomeOf(object, answerRows(run, binder, { query, fields }));
}
