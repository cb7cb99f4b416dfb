import type { CopyObject } from '../../run/copy-record.js';
import { loadOrder, type LookupEdge } from './order.js';

/**
 * Puts objects in the order of their loads, and says which lookups are filled later.
 * @throws UsageError required lookups form a circle
 */
export function inLoadOrder(objects: readonly CopyObject[]): CopyObject[] {
  const order = loadOrder(
    objects.map(({ object }) => object),
    objects.flatMap(edgesOf),
  );
  return order.objects.flatMap((name) => {
    const object = objects.find((each) => each.object === name);
    return object === undefined ? [] : [withLater(object, order.deferred)];
  });
}

function edgesOf({ object, lookups, within = [], personsOf }: CopyObject): LookupEdge[] {
  const persons = { from: object, field: 'AccountId', to: personsOf ?? object, isRequired: true };
  const edges = lookups.flatMap(({ field, to, isRequired }) =>
    to.map((parent) => ({
      from: object,
      field,
      to: parent,
      isRequired: isRequired || within.includes(field),
    })),
  );
  return personsOf === undefined ? edges : [...edges, persons];
}

function withLater(object: CopyObject, deferred: readonly LookupEdge[]): CopyObject {
  const laterOf = (field: string): string[] =>
    deferred.flatMap((edge) => (edge.from === object.object && edge.field === field ? [edge.to] : []));
  return { ...object, lookups: object.lookups.map((each) => ({ ...each, later: laterOf(each.field) })) };
}
