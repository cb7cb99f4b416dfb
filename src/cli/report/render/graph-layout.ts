import type { CopyGraph, GraphEdge, GraphNode } from '../copy-graph.js';

/** Where things of a picture are, in pixels from its top left. */
export type GraphLayout = {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly width: number; readonly height: number };
  readonly boxes: ReadonlyArray<{ readonly node: GraphNode; readonly x: number; readonly y: number }>;
  readonly lines: ReadonlyArray<{ readonly edge: GraphEdge; readonly path: string }>;
};

const boxHeight = 52;
const margin = 12;
/** Between two columns; lines go up and down there. */
const gutter = 65;
/** How far a line between boxes of one column goes to the right. */
const reach = 40;
/** Between two rows; lines that pass a column go there, each on a level of its own. */
const leastGap = 24;
const levelHeight = 5;

/** A line, with where it leaves its boxes and between which rows it passes others. */
type Line = {
  readonly edge: GraphEdge;
  readonly parent: GraphNode;
  readonly child: GraphNode;
  /** 1 to the right, -1 to the left, 0 within a column. */
  readonly way: number;
  /** The row that it passes below; undefined for a line between neighbours. */
  readonly lane: number | undefined;
};

/** No line passes behind a box, and no two end at the same place of one. @param boxWidth takes the longest text */
export function layoutOf(graph: CopyGraph, boxWidth: number): GraphLayout {
  const { nodes } = graph;
  const rows = Math.max(0, ...nodes.map(({ row }) => row + 1));
  const columns = Math.max(0, ...nodes.map(({ column }) => column + 1));
  const lines = linesOf(graph);
  const byLane = Map.groupBy(
    lines.filter(({ lane }) => lane !== undefined),
    ({ lane }) => lane ?? 0,
  );
  const levels = Math.max(0, ...[...byLane.values()].map(({ length }) => length));
  const gap = Math.max(leastGap, (levels + 2) * levelHeight);
  const placeOf = ({ column, row }: GraphNode) => ({
    x: margin + column * (boxWidth + gutter),
    y: margin + row * (boxHeight + gap),
  });
  const laneOf = (line: Line): number | undefined => {
    if (line.lane === undefined) return undefined;
    const all = byLane.get(line.lane) ?? [];
    const middle = margin + line.lane * (boxHeight + gap) + boxHeight + gap / 2;
    return middle + (all.indexOf(line) - (all.length - 1) / 2) * levelHeight;
  };
  const endsOf = portsOf(lines, placeOf);
  const isAround = lines.some(({ way, parent }) => way === 0 && parent.column === columns - 1);
  const bottom = byLane.has(rows - 1) ? gap : 0;
  return {
    width: columns * (boxWidth + gutter) - gutter + 2 * margin + (isAround ? reach : 0),
    height: rows * (boxHeight + gap) - gap + 2 * margin + bottom,
    box: { width: boxWidth, height: boxHeight },
    boxes: nodes.map((node) => ({ node, ...placeOf(node) })),
    lines: lines.map((line) => {
      const { parent, child, way } = line;
      const x1 = placeOf(parent).x + (way < 0 ? 0 : boxWidth);
      const x2 = placeOf(child).x + (way > 0 ? 0 : boxWidth);
      const { y1 = 0, y2 = 0 } = endsOf.get(line) ?? {};
      return { edge: line.edge, path: pathOf({ x1, y1, x2, y2 }, way, laneOf(line)) };
    }),
  };
}

function linesOf({ nodes, edges }: CopyGraph): Line[] {
  const byName = new Map(nodes.map((node) => [node.object, node]));
  return edges.flatMap((edge) => {
    const [child, parent] = [byName.get(edge.from), byName.get(edge.to)];
    if (child === undefined || parent === undefined) return [];
    const way = Math.sign(child.column - parent.column);
    return [{ edge, parent, child, way, lane: laneBetween(parent, child) }];
  });
}

/** The gap beside the child's row that is nearer to the parent. */
function laneBetween(parent: GraphNode, child: GraphNode): number | undefined {
  if (Math.abs(child.column - parent.column) < 2) return undefined;
  return child.row > parent.row ? child.row - 1 : child.row;
}

type Ends = { y1?: number; y2?: number };

/** The heights at which lines leave their boxes: those to higher boxes above those to lower ones. */
function portsOf(
  lines: readonly Line[],
  placeOf: (node: GraphNode) => { readonly y: number },
): ReadonlyMap<Line, Ends> {
  const ports = lines.flatMap((line) => [
    { line, end: 'y1' as const, node: line.parent, other: line.child, side: line.way < 0 ? 'left' : 'right' },
    { line, end: 'y2' as const, node: line.child, other: line.parent, side: line.way > 0 ? 'left' : 'right' },
  ]);
  const ends = new Map<Line, Ends>();
  for (const ofSide of Map.groupBy(ports, ({ node, side }) => `${side} ${node.object}`).values()) {
    const sorted = ofSide.toSorted(
      (one, another) => (one.line.lane ?? one.other.row) - (another.line.lane ?? another.other.row),
    );
    for (const [nth, { line, end, node }] of sorted.entries()) {
      const y = placeOf(node).y + (boxHeight * (nth + 1)) / (sorted.length + 1);
      ends.set(line, { ...ends.get(line), [end]: Math.round(y) });
    }
  }
  return ends;
}

type Points = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

/** Up and down only between columns, and straight on between rows. */
function pathOf({ x1, y1, x2, y2 }: Points, way: number, lane: number | undefined): string {
  if (way === 0) return `M ${x1} ${y1} C ${x1 + reach} ${y1}, ${x2 + reach} ${y2}, ${x2} ${y2}`;
  const half = (way * gutter) / 2;
  if (lane === undefined) return `M ${x1} ${y1} C ${x1 + half} ${y1}, ${x2 - half} ${y2}, ${x2} ${y2}`;
  const [out, back] = [x1 + way * gutter, x2 - way * gutter];
  return [
    `M ${x1} ${y1} C ${x1 + half} ${y1}, ${x1 + half} ${lane}, ${out} ${lane}`,
    `H ${back} C ${x2 - half} ${lane}, ${x2 - half} ${y2}, ${x2} ${y2}`,
  ].join(' ');
}
