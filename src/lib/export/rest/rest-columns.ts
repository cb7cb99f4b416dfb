import type { RestRecord } from '../../api/rest.js';
import { parseSoql } from '../../soql/parse.js';
import type { SoqlShape } from '../../soql/shape.js';

/**
 * The columns of what REST answers, in the order of the select list: paths such as `Account.Name`, aliases, `expr0`
 * for aggregates without one. What only the records tell, `FIELDS(…)` and TYPEOF, is taken from the first of them.
 */
export async function restColumns(
  soql: string,
  shape: SoqlShape | undefined,
  records: readonly RestRecord[],
): Promise<string[]> {
  const onlyRecordsTell = shape?.items.some(({ kind }) => kind === 'fields' || kind === 'typeof') ?? true;
  if (onlyRecordsTell) return membersOf(records);
  const parsed = await parseSoql(soql);
  if ('problem' in parsed) return membersOf(records);
  const { getFlattenedFields } = await import('@jetstreamapp/soql-parser-js');
  return [...new Set(getFlattenedFields(parsed.query))];
}

function membersOf(records: readonly RestRecord[]): string[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  names.delete('attributes');
  return [...names];
}
