import type { Field, SObjectDescribe } from '../contracts.ts';

/** A field by its name in any case: clients may write names as they like. */
export function fieldNamed(object: SObjectDescribe | undefined, name: string): Field | undefined {
  return object?.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}
