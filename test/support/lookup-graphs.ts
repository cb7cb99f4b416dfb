import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';

/** A lookup between two objects. */
export type Lookup = {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly isRequired: boolean;
};

export const graphObjects = ['A__c', 'B__c', 'C__c', 'D__c', 'E__c', 'F__c'] as const;

/** Any lookups between any of six objects, to themselves and several between the same ones included. */
export const lookupGraphs = fc
  .array(
    fc.record({
      from: fc.constantFrom(...graphObjects),
      to: fc.constantFrom(...graphObjects),
      isRequired: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((graph) => graph.map((each, index) => ({ ...each, field: `F${index}__c` })));

/** Takes away what needs nothing, until nothing is left or everything left needs something. */
export function hasRequiredCircle(objects: readonly string[], lookups: readonly Lookup[]): boolean {
  let left = objects;
  for (;;) {
    const needs = (name: string): boolean =>
      lookups.some(
        ({ from, to, isRequired }) => isRequired && from === name && to !== name && left.includes(to),
      );
    const next = left.filter(needs);
    if (next.length === left.length) return next.length > 0;
    left = next;
  }
}

/** Key prefix of an object of one letter: `a0A` of `A__c`. */
export const prefixOf = (object: string): string => `a0${object.charAt(0)}`;

/** Writes a schema for the local org: objects with a name and these lookups. */
export async function writeLookupSchema(
  path: string,
  objects: readonly string[],
  lookups: readonly Lookup[],
): Promise<void> {
  const fieldOf = ({ field, to, isRequired }: Lookup) => ({
    name: field,
    type: 'reference',
    referenceTo: [to],
    relationshipName: field.replace('__c', '__r'),
    nillable: !isRequired,
    defaultedOnCreate: false,
  });
  const name = { name: 'Name', type: 'string', length: 80, nameField: true };
  const schema = objects.map((object) => ({
    name: object,
    label: object.replace('__c', ''),
    labelPlural: `${object.replace('__c', '')}s`,
    keyPrefix: prefixOf(object),
    fields: [name, ...lookups.filter(({ from }) => from === object).map(fieldOf)],
  }));
  await writeFile(path, JSON.stringify(schema));
}
