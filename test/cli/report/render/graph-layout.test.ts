import { expect, test } from 'vitest';
import type { CopyGraph } from '../../../../src/cli/report/copy-graph.js';
import { layoutOf } from '../../../../src/cli/report/render/graph-layout.js';
import { salesGraph } from '../../../support/graph-sample.ts';

type Point = readonly [x: number, y: number];

const at = (points: readonly Point[], share: number): Point => {
  if (points.length === 1) return points[0]!;
  const next = points.slice(1).map((point, index): Point => {
    const before = points[index]!;
    return [before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share];
  });
  return at(next, share);
};

/** Points along a path of `M`, `C` and `H`. */
function along(path: string): Point[] {
  const points: Point[] = [];
  for (const [, command = '', rest = ''] of path.matchAll(/([MCH])([^MCH]*)/g)) {
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    const [x, y] = points.at(-1) ?? [0, 0];
    const given =
      command === 'H'
        ? [[numbers[0]!, y] as const]
        : numbers.flatMap((each, index): Point[] => (index % 2 === 0 ? [[each, numbers[index + 1]!]] : []));
    if (command === 'M') points.push(given[0]!);
    else for (let step = 1; step <= 50; step++) points.push(at([[x, y], ...given], step / 50));
  }
  return points;
}

function linesBehindBoxes(graph: CopyGraph): string[] {
  const { boxes, box, lines } = layoutOf(graph, 200);
  return lines.flatMap(({ edge, path }) =>
    boxes
      .filter(({ x, y }) =>
        along(path).some(
          ([px, py]) => px > x + 1 && px < x + box.width - 1 && py > y - 1 && py < y + box.height + 1,
        ),
      )
      .map(({ node }) => `${edge.from}.${edge.field} behind ${node.object}`),
  );
}

test('no line passes behind a box, past columns, back or within one', () => {
  expect(linesBehindBoxes(salesGraph)).toEqual([]);
});

test('a picture of one row has its lines below it, and all of it in sight', () => {
  const nodes = salesGraph.nodes.filter(({ row }) => row === 0);
  const graph = { nodes, edges: salesGraph.edges };
  expect(linesBehindBoxes(graph)).toEqual([]);
  const { width, height, lines } = layoutOf(graph, 200);
  for (const [x, y] of lines.flatMap(({ path }) => along(path))) {
    expect(x).toBeLessThanOrEqual(width);
    expect(y).toBeLessThanOrEqual(height);
  }
});

test('no two lines end at the same place of a box, nor run on each other', () => {
  const { lines } = layoutOf(salesGraph, 200);
  const ends = lines.flatMap(({ path }) => [along(path)[0], along(path).at(-1)].map(String));
  expect(new Set(ends).size).toBe(ends.length);
  const levels = lines.flatMap(({ path }) => /, [\d.]+ ([\d.]+) H/.exec(path)?.[1] ?? []);
  expect(levels.length).toBeGreaterThan(5);
  expect(new Set(levels).size).toBe(levels.length);
});

test('a graph of one object has a place for it', () => {
  const graph = { nodes: salesGraph.nodes.slice(0, 1), edges: [] };
  expect(layoutOf(graph, 200)).toMatchObject({ width: 224, height: 76, lines: [] });
});
