import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';

/** Makes a value out of an exported record. */
export type RowTemplate = (record: CsvRecord) => string;

const placeholder = /\$\{\s*(\w+)\s*\}/g;

/** The fields that a template such as `${Id}-${Name}` names. */
export function fieldsIn(template: string): string[] {
  return [...template.matchAll(placeholder)].map(([, field = '']) => field);
}

/** The first place of a template that looks like a field, and is none; undefined where there is none. */
export function badFieldIn(template: string): string | undefined {
  return /\$\{[^}]*\}?/.exec(template.replace(placeholder, ''))?.[0];
}

/** @param columns of the records; a field that is none of them is empty */
export function templateOf(template: string, columns: readonly string[]): RowTemplate {
  const cellOf = (name: string): number =>
    columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
  const cells = new Map(fieldsIn(template).map((field) => [field, cellOf(field)]));
  return (record) =>
    template.replace(placeholder, (_, field: string) => cellText(record, cells.get(field) ?? Infinity));
}
