import { types } from 'node:util';
import type { RestRecord } from '../api/rest.js';
import { UsageError } from '../errors.js';
import { isPlainObject } from '../input/cell-text.js';
import type { QueriedChange } from '../run/change-plan.js';

/**
 * New values by field. Text may have templates: `${Name} (old)`. `null`, empty text and `#N/A` clear the field; a Date is
 * an instant, and in a date field its UTC day. A plain object names a parent record by its key: `{ Owner: { Ext__c: 'x' } }`.
 */
export type RecordTemplate = Readonly<Record<string, TemplateValue | FieldTemplate>>;

/** New values by field; a parent's key by its path, such as `Owner.Ext__c`. */
export type FieldTemplate = Readonly<Record<string, TemplateValue>>;

/** The new value of a field, or a template of it. */
export type TemplateValue = string | number | bigint | boolean | Date | null;

/**
 * Makes the new values out of a record as the query gave it; fields that are left out stay as they are. `null`, empty
 * text and `#N/A` clear a field.
 */
export type RecordMapping = (record: RestRecord) => object;

/** Which API changes the records; the names are jsforce's. */
export type RouteOptions = {
  /** Most records that go through SObject Collections; more go through Bulk API 2.0. Default 200. */
  readonly bulkThreshold?: number | undefined;
  /** `false`: SObject Collections whatever the number. Default true. */
  readonly allowBulk?: boolean | undefined;
  /** Only 2 is offered. */
  readonly bulkApiVersion?: 1 | 2 | undefined;
};

/** Which records to change, and how. */
export type ByQueryRequest = RouteOptions & {
  /** Finds the records. What it selects matters to a mapping only. */
  readonly soql: string;
} & (
    | { readonly operation: 'update'; readonly change: FieldTemplate | RecordMapping }
    | { readonly operation: 'delete' | 'hardDelete' }
  );

/** The API that changes the records. */
export type Route = 'collections' | 'bulk';

const defaultBulkThreshold = 200;

/** A template without objects in it. @throws UsageError an object has no field, or more than a key of the parent */
export function fieldTemplateOf(template: RecordTemplate): FieldTemplate {
  const entries = Object.entries(template).flatMap(([name, value]): Array<[string, TemplateValue]> => {
    if (!isPlainObject(value)) return [[name, value]];
    const [first, ...others] = Object.entries(value as FieldTemplate);
    if (first !== undefined && others.length === 0 && !isPlainObject(first[1])) {
      return [[`${name}.${first[0]}`, first[1]]];
    }
    throw new UsageError(
      `The new value of ${name} is an object, and must have one field: a key of the parent record.`,
    );
  });
  return Object.fromEntries(entries);
}

/** @throws UsageError options that cannot be met */
export function requireOffered({ operation, ...options }: ByQueryRequest): void {
  if (options.bulkApiVersion !== undefined && options.bulkApiVersion !== 2) {
    throw new UsageError('Bulk API version 1 is not offered here: only Bulk API 2.0 is.', {
      actions: ['Leave out bulkApiVersion, or set it to 2.'],
    });
  }
  if (operation === 'hardDelete' && options.allowBulk === false) {
    throw new UsageError('Only Bulk API 2.0 can delete for good, and it was not allowed.', {
      actions: ['Allow Bulk, or delete into the recycle bin.'],
    });
  }
}

/** Few records go through SObject Collections. Deleting for good is a thing of Bulk alone. */
export function routeFor({ operation, ...options }: ByQueryRequest, count: number): Route {
  if (operation === 'hardDelete') return 'bulk';
  const isMany = count > (options.bulkThreshold ?? defaultBulkThreshold);
  return isMany && options.allowBulk !== false ? 'bulk' : 'collections';
}

/** What a change was asked for, as its run keeps it. A function's text says nothing of what it does. */
export function queriedChange(request: ByQueryRequest): QueriedChange {
  const { soql } = request;
  if (request.operation !== 'update' || typeof request.change === 'function') return { soql };
  return { soql, template: Object.fromEntries(Object.entries(request.change).map(jsonEntry)) };
}

function jsonEntry([name, value]: readonly [string, TemplateValue]) {
  if (types.isDate(value)) return [name, value.toJSON()] as const;
  return [name, typeof value === 'bigint' ? String(value) : value] as const;
}
