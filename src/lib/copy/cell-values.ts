import { cellText } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';

/** The value of a cell as it is sent. */
export type ReadValue = (record: CsvRecord, cell: number) => string;

const choiceSeparator = ';';

/**
 * Replaces values as the plan says; any other is sent as it is. Of several choices of a picklist each one counts, where
 * the plan does not name all of them together.
 * @param values by value of the source; absent: every value is sent as it is
 */
export function valueReader(values: Readonly<Record<string, string>> | undefined): ReadValue | undefined {
  if (values === undefined) return undefined;
  const replacements = new Map(Object.entries(values));
  return (record, cell) => {
    const value = cellText(record, cell);
    const replacement = replacements.get(value);
    if (replacement !== undefined) return replacement;
    if (!value.includes(choiceSeparator)) return value;
    const choices = value.split(choiceSeparator).map((choice) => replacements.get(choice) ?? choice);
    return [...new Set(choices)].filter((choice) => choice !== '').join(choiceSeparator);
  };
}
