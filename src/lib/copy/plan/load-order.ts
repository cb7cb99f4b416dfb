import type { CopyObject } from '../../run/copy-record.js';
import { UsageError } from '../../errors.js';

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
      selects: !isRequired && within.includes(field),
    })),
  );
  return personsOf === undefined ? edges : [...edges, persons];
}

function withLater(object: CopyObject, deferred: readonly LookupEdge[]): CopyObject {
  const laterOf = (field: string): string[] =>
    deferred.flatMap((edge) => (edge.from === object.object && edge.field === field ? [edge.to] : []));
  return { ...object, lookups: object.lookups.map((each) => ({ ...each, later: laterOf(each.field) })) };
}

/** A lookup from one object of a copy to another. */
export type LookupEdge = {
  readonly from: string;
  readonly field: string;
  readonly to: string;
  /** It must have its value when the record is created: it can't be filled by a later update. */
  readonly isRequired: boolean;
  /** Only because the plan selects the records by it, with `within`. */
  readonly selects?: boolean;
};

export type LoadOrder = {
  /** Every object once, parents before their children. */
  readonly objects: readonly string[];
  /** Lookups that are left out when the record is created, and filled by an update once their parents are there. */
  readonly deferred: readonly LookupEdge[];
};

/**
 * Puts objects in an order in which each lookup finds its parent. Where objects refer to each other in a circle, lookups
 * that may be filled later are deferred: which of them depends on the lookups, not on the order in which objects are given, so
 * that plans that say the same load the same. Lookups of an object to itself do not count here.
 * @param objects in the order that is kept where nothing speaks against it
 * @throws UsageError required lookups form a circle
 */
export function loadOrder(objects: readonly string[], lookups: readonly LookupEdge[]): LoadOrder {
  const edges = lookups.filter(({ from, to }) => from !== to);
  const left = new Set(objects);
  const ordered: string[] = [];
  const deferred: LookupEdge[] = [];
  const waitingFor = (object: string): LookupEdge[] =>
    edges.filter(({ from, to }) => from === object && left.has(to));
  while (left.size > 0) {
    const next =
      [...left].find((object) => waitingFor(object).length === 0) ??
      cheapest(lowestCircle(left, edges), edges);
    deferred.push(...waitingFor(next));
    left.delete(next);
    ordered.push(next);
  }
  return { objects: ordered, deferred };
}

/**
 * The object of a circle whose remaining lookups can all be deferred, and are the fewest. Of several, the one that most lookups
 * of the circle refer to; of several of these, the first by name. How many records have a value is not known yet.
 */
function cheapest(circle: ReadonlySet<string>, edges: readonly LookupEdge[]): string {
  const inside = edges.filter(({ from, to }) => circle.has(from) && circle.has(to));
  const fieldsOf = (object: string): number =>
    new Set(inside.flatMap(({ from, field }) => (from === object ? [field] : []))).size;
  const referringTo = (object: string): number => inside.filter(({ to }) => to === object).length;
  const [best] = [...circle]
    .filter((object) => !inside.some(({ from, isRequired }) => from === object && isRequired))
    .sort(
      (one, other) =>
        fieldsOf(one) - fieldsOf(other) ||
        referringTo(other) - referringTo(one) ||
        (one < other ? -1 : Number(one > other)),
    );
  if (best === undefined) throw requiredCircle(circle, edges);
  return best;
}

/**
 * The objects of a circle that waits for nothing outside of it. Called when every object waits for another one, so that
 * going from lookup to lookup ends in such a circle.
 */
function lowestCircle(left: ReadonlySet<string>, edges: readonly LookupEdge[]): ReadonlySet<string> {
  let lowest: ReadonlySet<string> | undefined;
  for (const object of left) {
    const below = reachable(object, left, edges);
    // Whatever is reached from the smallest set reaches all of it.
    if (lowest === undefined || below.size < lowest.size) lowest = below;
  }
  return new Set([...left].filter((object) => lowest?.has(object) !== false));
}

function reachable(
  object: string,
  left: ReadonlySet<string>,
  edges: readonly LookupEdge[],
): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [object];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { from, to } of edges) {
      if (from !== at || !left.has(to) || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

function requiredCircle(circle: ReadonlySet<string>, edges: readonly LookupEdge[]): UsageError {
  const required = edges.filter(
    ({ from, to, isRequired }) => isRequired && circle.has(from) && circle.has(to),
  );
  const path: LookupEdge[] = [];
  const visited = new Set<string>();
  // Each object of the circle has a required lookup in it, so that this comes back to where it was.
  for (let at = required[0]?.from ?? ''; !visited.has(at);) {
    visited.add(at);
    const edge = required.find(({ from }) => from === at);
    if (edge === undefined) break;
    path.push(edge);
    at = edge.to;
  }
  const start = path.findIndex(({ from }) => from === path.at(-1)?.to);
  const edgesInCircle = path.slice(Math.max(start, 0));
  const fields = edgesInCircle.map(({ from, field, to }) => `${from}.${field} (${to})`);
  const selecting = edgesInCircle.filter(({ selects }) => selects === true);
  return new UsageError(
    `These objects can't be copied in any order, since each needs another one first: ${fields.join(', ')}.`,
    {
      actions: [
        selecting.length === 0
          ? 'Take one of these objects out of the plan, or make one of these lookups optional and editable.'
          : `Take one of these lookups out of "within": ${selecting.map(({ from, field }) => `${from}.${field}`).join(', ')}.`,
      ],
      data: { fields },
    },
  );
}
