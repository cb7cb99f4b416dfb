import type { SObjectDescribe } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { describeColumnTypes, type ColumnTypes } from '../describe/column-types.js';
import type { ExportPlan } from '../run/export-plan.js';

export type TypesOf = (columns: readonly string[], object: string) => Promise<ColumnTypes | undefined>;

/** Tells the kinds of result columns, for the outputs that have kinds. CSV is bytes as the org sent them, but for plain numbers. */
export function resultTypes(plan: ExportPlan, describeOf: DescribeOf): TypesOf {
  const hasKinds = plan.outputDir !== undefined || !['csv', 'human'].includes(plan.format);
  return async (columns, object) =>
    (plan.typed && hasKinds) || plan.plainNumbers === true
      ? describeColumnTypes(columns, async (name) => (await describeOf(name)) ?? nothingKnown(name), object)
      : undefined;
}

/** Columns of an object that cannot be described are text. */
function nothingKnown(name: string): SObjectDescribe {
  return { name, label: name, keyPrefix: null, fields: [] };
}
