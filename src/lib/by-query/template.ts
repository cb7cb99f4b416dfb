import type { RestRecord } from '../api/rest.js';
import type { DescribeField } from '../api/types.js';
import type { FieldIndex } from '../describe/field-index.js';
import { UsageError } from '../errors.js';
import { cellText } from '../input/cell-text.js';
import type { InputRecord } from '../input/input-record.js';
import { valueAt } from '../describe/rest-values.js';
import type { FieldTemplate, TemplateValue } from './request.js';

const placeholder = /\$\{\s*([\w.]+)\s*\}/g;
/** All that looks like a placeholder, and may be none. */
const braced = /\$\{([^{}]+)\}/g;
const fieldPath = /^\s*[a-z]\w*(?:\.[a-z]\w*)*\s*$/i;

/** A template whose fields are known to exist and to be writable. */
type ReadyTemplate = {
  /** The fields being set, in the describe's spelling; the lookup where a parent is named by its key. */
  readonly sets: readonly string[];
  /** Paths of the keys that parents are named by, such as `Owner.Ext__c`. */
  readonly parents: readonly string[];
  /** Paths that the new values are made from. */
  readonly reads: readonly string[];
  readonly apply: (record: RestRecord) => InputRecord;
};

/** @throws UsageError a field does not exist or cannot be updated, a placeholder names none, or nothing is set */
export function readyTemplate(template: FieldTemplate, fields: FieldIndex): ReadyTemplate {
  const entries = Object.entries(template).map(([name, value]) => ({ ...targetOf(name, fields), value }));
  if (entries.length === 0) throw new UsageError('No field is set: say which fields get which values.');
  for (const [at, { field, column, holder, value }] of entries.entries()) {
    requireValue(column, holder, value);
    if (entries.findIndex((other) => other.field === field) === at) continue;
    throw new UsageError(`The field ${field.name} is set twice.`);
  }
  const texts = entries.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  for (const text of texts) requirePaths(text);
  return {
    sets: entries.map(({ field }) => field.name),
    parents: entries.flatMap(({ column, holder }) => (holder === undefined ? [column] : [])),
    reads: [...new Set(texts.flatMap(pathsIn))],
    apply: (record) =>
      Object.fromEntries(
        entries.map(({ column, holder, value }) => [column, evaluate(value, holder, record)]),
      ),
  };
}

/** @throws UsageError a field can't have the value: undefined would change nothing, and NaN is no number */
function requireValue(column: string, holder: DescribeField | undefined, value: unknown): void {
  if (value === undefined) {
    throw new UsageError(`The new value of ${column} is undefined.`, {
      actions: ['Use null to clear a field.'],
    });
  }
  const text = cellText(value, column, () => holder?.type === 'date');
  if (typeof text === 'object') throw new UsageError(`The new value of ${column} ${text.what}.`);
}

/** Whether new values are made of values that the record has. */
export function readsRecords(template: FieldTemplate): boolean {
  return Object.values(template).some((value) => typeof value === 'string' && pathsIn(value).length > 0);
}

/** A template with its paths spelled in one way: it makes the same values. */
export function withPlainPaths(text: string): string {
  return text.replace(placeholder, (_, path: string) => `\${${path.toLowerCase()}}`);
}

/** @throws UsageError a placeholder names no field, and would be written into the records as it is */
function requirePaths(text: string): void {
  for (const [whole, path = ''] of text.matchAll(braced)) {
    if (fieldPath.test(path)) continue;
    throw new UsageError(`"${whole}" in "${text}" doesn't name a field.`, {
      actions: ['Put the API name of a field or a path to one between the braces, such as ${Owner.Name}.'],
    });
  }
}

function pathsIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, path = '']) => path);
}

function evaluate(value: TemplateValue, field: DescribeField | undefined, record: RestRecord): unknown {
  if (typeof value !== 'string') return value;
  const [whole] = pathsIn(value);
  const isCopy = whole !== undefined && value.trim().replace(placeholder, '') === '';
  if (isCopy && pathsIn(value).length === 1) return copyOf(valueAt(record, whole), field);
  const text = value.replace(placeholder, (_, path: string) => textOf(valueAt(record, path)));
  return fieldValue(text, field);
}

/** A value as the field takes it that it is copied to. */
function copyOf(value: unknown, field: DescribeField | undefined): unknown {
  return typeof value === 'object' ? value : fieldValue(textOf(value), field);
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : `${value as string | number | boolean}`;
}

type Target = {
  readonly field: DescribeField;
  /** The name of what is set: of the field, or the path of a parent's key. */
  readonly column: string;
  /** The field that gets the value; undefined where it is one of the parent's. */
  readonly holder: DescribeField | undefined;
};

function targetOf(name: string, fields: FieldIndex): Target {
  const [relationship = '', ...key] = name.split('.');
  const lookup = key.length === 0 ? undefined : fields.relationship(relationship);
  if (lookup !== undefined) {
    return { field: writable(lookup.name, fields), column: name, holder: undefined };
  }
  const field = writable(name, fields);
  return { field, column: field.name, holder: field };
}

function writable(name: string, fields: FieldIndex): DescribeField {
  const field = fields.field(name);
  const { name: object } = fields.describe;
  if (field === undefined) {
    const nearest = fields.nearestField(name);
    throw new UsageError(`${object} has no field "${name}", or your user may not see it.`, {
      actions: nearest === undefined ? [] : [`Did you mean ${nearest}?`],
    });
  }
  if (field.updateable) return field;
  throw new UsageError(`The field ${field.name} of ${object} cannot be updated.`);
}

const numberTypes = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** Text as the JSON value that a field takes; empty text is null. What does not fit stays text, for the org to refuse. */
export function fieldValue(text: string, field: DescribeField | undefined): string | number | boolean | null {
  if (text === '') return null;
  if (field?.type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (field === undefined || !numberTypes.has(field.type)) return text;
  const number = Number(text);
  return Number.isFinite(number) && text.trim() !== '' ? number : text;
}
