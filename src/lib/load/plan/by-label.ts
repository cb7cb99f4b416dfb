import type { DescribeField, IngestOperation } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import { InputError, type InputProblem } from '../../errors.js';
import type { MappedColumn } from '../../mapping/mapping.js';
import { mayBeSet } from '../check/may-be-set.js';

/** What labels lead to: the columns under the names of their fields, and what is to be told of it. */
export type LabelledColumns = {
  readonly columns: readonly MappedColumn[];
  readonly notice: string | undefined;
};

/** The object whose labels are meant, and what is done with its records. */
export type LabelTarget = { readonly fields: FieldIndex; readonly operation: IngestOperation };

/**
 * Gives the columns that are labels the names of their fields. A column that has the name of a field is meant so,
 * whatever else has that label.
 * @throws InputError a label leads to several fields
 */
export function namedByLabel(
  columns: readonly MappedColumn[],
  file: string,
  target: LabelTarget,
): LabelledColumns {
  const problems: InputProblem[] = [];
  const told: string[] = [];
  const named = columns.map((column) => {
    const [field, ...others] = fieldsOfLabel(column.name, target);
    if (field === undefined) return column;
    if (others.length > 0) problems.push(ambiguous(column.name, file, [field, ...others]));
    told.push(`"${column.name}" sets ${field.name}`);
    return { ...column, name: field.name };
  });
  if (problems.length > 0) throw new InputError(problems);
  return { columns: named, notice: told.length === 0 ? undefined : `By their labels: ${told.join(', ')}.` };
}

/** The name of the field that a column stands for, by its name or by its label; the column itself where neither tells. */
export function fieldNamed(column: string, target: LabelTarget): string {
  return fieldsOfLabel(column, target)[0]?.name ?? column;
}

/** Fields that have the label, for a column that is no field's name. Where several have it, those that can be set. */
function fieldsOfLabel(column: string, { fields, operation }: LabelTarget): readonly DescribeField[] {
  if (fields.field(column) !== undefined) return [];
  const labelled = fields.labelled(column);
  if (labelled.length < 2) return labelled;
  const settable = labelled.filter(
    (field) => mayBeSet(column, { field, byParentKey: false }, operation, fields).problem === undefined,
  );
  return settable.length > 0 ? settable : labelled;
}

function ambiguous(column: string, file: string, candidates: readonly DescribeField[]): InputProblem {
  const names = candidates.map(({ name }) => name);
  const message =
    `Several fields have the label "${column}": ${names.join(', ')}.` +
    ` Say which one is meant: --map "${column}=${names[0]}".`;
  return { code: 'AMBIGUOUS_LABEL', file, row: 0, column, message };
}
