import { InputError, UsageError } from '../errors.js';

/** Where the values of output columns come from: a column of the input, or one value for all rows. */
export type MappingRule = {
  readonly from: { readonly column: string } | { readonly constant: string };
  /** The fields that get them; none leaves the column out. */
  readonly fields: readonly string[];
};

/** Which columns of the input go to which fields. */
export type ColumnMapping = {
  readonly rules: readonly MappingRule[];
  /** Whether columns that no rule names go to the fields of their own name, or are left out. */
  readonly keepsOtherColumns: boolean;
  /** Whether a rule for a column that the input does not have is a mistake, or is passed over. */
  readonly needsEveryColumn: boolean;
};

/** A column of the output: its header, and the index of an input column or a constant. */
export type MappedColumn = { readonly name: string } & (
  { readonly index: number } | { readonly constant: string }
);

/**
 * Reads `COLUMN=FIELD` rules: also `COLUMN=FIELD1,FIELD2`, `COLUMN=` to leave the column out, and `"value"=FIELD`
 * for one value in every row. Columns without a rule are kept.
 *
 * @throws UsageError for a rule without `=`.
 */
export function parseMapRules(rules: readonly string[]): ColumnMapping {
  return {
    rules: rules.map((rule) => {
      // A field's name has no equals sign in it, and a column's may.
      const at = rule.lastIndexOf('=');
      if (at <= 0) throw new UsageError(`"${rule}" does not map a column: write COLUMN=FIELD.`);
      return mappingRule(rule.slice(0, at), rule.slice(at + 1));
    }),
    keepsOtherColumns: true,
    needsEveryColumn: true,
  };
}

/** One rule of `from`, a column's name or a constant in double quotes, and a comma-separated list of fields. */
export function mappingRule(from: string, fields: string): MappingRule {
  const isConstant = from.length >= 2 && from.startsWith('"') && from.endsWith('"');
  return {
    from: isConstant ? { constant: from.slice(1, -1) } : { column: from.trim() },
    fields: fields
      .split(',')
      .map((field) => field.trim())
      .filter((field) => field !== ''),
  };
}

/** The rules of both; for a column that both name, those of `over`. What happens to other columns, `base` says. */
export function combineMappings(base: ColumnMapping, over: ColumnMapping): ColumnMapping {
  const named = new Set(over.rules.map(columnKey));
  const rules = base.rules.filter((rule) => columnKey(rule) === undefined || !named.has(columnKey(rule)));
  return { ...base, rules: [...rules, ...over.rules] };
}

/**
 * Applies a mapping to a header; names are compared without regard to case. Mapped columns keep their places, and
 * constants follow.
 *
 * @throws InputError when a column is missing that must be there, or two columns would have the same name.
 */
export function applyMapping(
  mapping: ColumnMapping,
  header: readonly string[],
  file: string,
): MappedColumn[] {
  requireColumns(mapping, header, file);
  const columns = header.flatMap((column, index) =>
    fieldsFor(mapping, column).map((name) => ({ name, index })),
  );
  const constants = mapping.rules.flatMap(({ from, fields }) =>
    'constant' in from ? fields.map((name) => ({ name, constant: from.constant })) : [],
  );
  const mapped: MappedColumn[] = [...columns, ...constants];
  requireDistinctNames(mapped, file);
  return mapped;
}

/** The fields that get the values of a column; none when it is left out. */
export function fieldsFor(mapping: ColumnMapping | undefined, column: string): readonly string[] {
  if (mapping === undefined) return [column];
  const rules = mapping.rules.filter((rule) => columnKey(rule) === column.trim().toLowerCase());
  if (rules.length === 0) return mapping.keepsOtherColumns ? [column] : [];
  return rules.flatMap(({ fields }) => fields);
}

function columnKey({ from }: MappingRule): string | undefined {
  return 'column' in from ? from.column.toLowerCase() : undefined;
}

function requireColumns(
  { rules, needsEveryColumn }: ColumnMapping,
  header: readonly string[],
  file: string,
): void {
  if (!needsEveryColumn) return;
  const names = new Set(header.map((name) => name.trim().toLowerCase()));
  const problems = rules.flatMap(({ from }) =>
    'column' in from && !names.has(from.column.toLowerCase())
      ? [
          {
            code: 'UNKNOWN_COLUMN',
            file,
            row: 0,
            column: from.column,
            message: 'The mapping names a column that is not there.',
          },
        ]
      : [],
  );
  if (problems.length > 0) {
    throw new InputError(problems, { actions: [`The columns are: ${header.join(', ')}.`] });
  }
}

function requireDistinctNames(columns: readonly MappedColumn[], file: string): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase())) {
      const message = 'Two columns would go to this field after mapping.';
      throw new InputError([{ code: 'DUPLICATE_COLUMN', file, row: 0, column: name, message }], {
        actions: [`Leave one of them out with an empty mapping, as in "COLUMN=".`],
      });
    }
    seen.add(name.toLowerCase());
  }
}
