import { leftOf, type CopyStatus } from '../../lib/copy/account.js';
import type { CopyObject } from '../../lib/run/copy-record.js';

/** The objects of a copy as a picture shows them: parents on the left, and their children to the right of them. */
export type CopyGraph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
};

export type GraphNode = {
  readonly object: string;
  /** Counts from 0, from the left. */
  readonly column: number;
  /** Counts from 0, from the top of the column. */
  readonly row: number;
  readonly successful: number;
  /** Failed, unprocessed and held. */
  readonly left: number;
  /** Whether all of its steps have ended. */
  readonly isDone: boolean;
  /** Lookups to the object itself. */
  readonly ownLookups: readonly string[];
};

export type GraphEdge = {
  readonly from: string;
  readonly field: string;
  readonly to: string;
  /** Filled by an update at the end. */
  readonly isLater: boolean;
};

export function copyGraph({ plan, steps }: CopyStatus): CopyGraph {
  const columns = columnsOf(plan.objects);
  const rows = new Map<number, number>();
  const nodes = plan.objects.map(({ object, lookups }): GraphNode => {
    const column = columns.get(object) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    const own = steps.filter((step) => step.object === object && step.kind !== 'later');
    const counts = own.flatMap((step) => step.counts ?? []);
    return {
      object,
      column,
      row,
      successful: counts.reduce((sum, { successful }) => sum + successful, 0),
      left: counts.reduce((sum, each) => sum + leftOf(each), 0),
      isDone: own.length > 0 && counts.length === own.length,
      ownLookups: lookups.flatMap(({ field, to }) => (to.includes(object) ? [field] : [])),
    };
  });
  const edges = plan.objects.flatMap(({ object, lookups }) =>
    lookups.flatMap(({ field, to, later }) =>
      to.flatMap((parent) =>
        parent === object ? [] : [{ from: object, field, to: parent, isLater: later.includes(parent) }],
      ),
    ),
  );
  return { nodes, edges };
}

/** One to the right of the rightmost parent. Objects are in the order of their loads: parents come first. */
function columnsOf(objects: readonly CopyObject[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const { object, lookups } of objects) {
    const parents = lookups.flatMap(({ to, later }) =>
      to.flatMap((parent) =>
        later.includes(parent) || parent === object ? [] : (columns.get(parent) ?? []),
      ),
    );
    columns.set(object, parents.length === 0 ? 0 : Math.max(...parents) + 1);
  }
  return columns;
}
