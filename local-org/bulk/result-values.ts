import type { Field, SObjectDescribe, Value } from '../contracts.ts';
import { javaDouble } from '../csv/java-double.ts';
import { fieldNamed } from '../server/field-named.ts';
import type { Quirks } from '../options.ts';

const doubleTypes: ReadonlySet<string> = new Set(['double', 'currency', 'percent']);

/** Turns an uploaded cell into what a result file shows: values come back re-serialised, not echoed. */
export type CellEcho = (cell: string) => string;

export function echoOf(object: SObjectDescribe | undefined, column: string, quirks: Quirks): CellEcho {
  const field = fieldNamed(object, column);
  if (field === undefined) return (cell) => cell;
  if (doubleTypes.has(field.type)) return (cell) => echoNumber(cell, quirks);
  if (field.type === 'datetime') return echoDatetime;
  if (field.type === 'boolean') return (cell) => (/^(true|false)$/i.test(cell) ? cell.toLowerCase() : cell);
  return (cell) => cell;
}

/** A stored value as Bulk query results write it, before quoting. */
export function exportValue(value: Value, field: Field | undefined, quirks: Quirks): string {
  if (value === null) return '';
  if (typeof value === 'number') {
    return field !== undefined && doubleTypes.has(field.type)
      ? javaDouble(value, quirks.wholeDoubles)
      : String(value);
  }
  if (field?.type === 'datetime' && typeof value === 'string') return echoDatetime(value);
  return String(value);
}

function echoNumber(cell: string, quirks: Quirks): string {
  const value = Number(cell);
  return cell.trim() === '' || Number.isNaN(value) ? cell : javaDouble(value, quirks.wholeDoubles);
}

/** Cut to milliseconds, in UTC, with `Z`. */
function echoDatetime(cell: string): string {
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(cell) ? Date.parse(cell.replace(/(\.\d{3})\d+/, '$1')) : NaN;
  return Number.isNaN(atMs) ? cell : new Date(atMs).toISOString();
}
