import { Messages } from '@salesforce/core';
import { formatCount } from '../../units.js';
import type { CopyGraph, GraphEdge, GraphNode } from '../copy-graph.js';
import type { ReportPage } from '../page.js';
import { html, type Html } from './html.js';
import { section } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

const box = { width: 180, height: 52 };
const step = { x: 245, y: 76 };
const margin = 12;
/** How far a line goes straight on before it turns. */
const reach = 40;
const longestName = 24;

/** The objects of a copy and the lookups between them: a picture, and the same in words. */
export function graph({ copy }: ReportPage): Html | undefined {
  if (copy === undefined || copy.graph.nodes.length === 0) return undefined;
  const heading = messages.getMessage('copy.graph');
  return section(
    'graph',
    heading,
    html`<div class="scroll" role="group" aria-label="${heading}" tabindex="0">${picture(copy.graph)}</div>
      ${lookups(copy.graph)}`,
  );
}

function picture({ nodes, edges }: CopyGraph): Html {
  const columns = Math.max(...nodes.map(({ column }) => column)) + 1;
  const rows = Math.max(...nodes.map(({ row }) => row)) + 1;
  const byName = new Map(nodes.map((node) => [node.object, node]));
  const isAround = ({ from, to }: GraphEdge): boolean =>
    (byName.get(from)?.column ?? 0) <= (byName.get(to)?.column ?? 0);
  const width = (columns - 1) * step.x + box.width + 2 * margin + (edges.some(isAround) ? reach : 0);
  const height = (rows - 1) * step.y + box.height + 2 * margin;
  return html`<svg
    role="img"
    aria-label="${messages.getMessage('copy.graphLabel', [nodes.length, edges.length])}"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
  >
    ${edges.map((each) => edge(each, byName))} ${nodes.map(node)}
  </svg>`;
}

function placeOf({ column, row }: GraphNode): { readonly x: number; readonly y: number } {
  return { x: margin + column * step.x, y: margin + row * step.y };
}

function node(each: GraphNode): Html {
  const { x, y } = placeOf(each);
  const { object, successful, left, isDone } = each;
  const kind = !isDone ? 'open' : left === 0 ? 'good' : successful === 0 ? 'bad' : 'mixed';
  const name = object.length > longestName ? `${object.slice(0, longestName - 1)}…` : object;
  const counts =
    left === 0
      ? messages.getMessage('copy.node', [formatCount(successful)])
      : messages.getMessage('copy.nodeLeft', [formatCount(successful), formatCount(left)]);
  return html`<g class="node ${kind}">
    <title>${object}</title>
    <rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="8" />
    <text x="${x + 12}" y="${y + 21}" class="name">${name}</text>
    <text x="${x + 12}" y="${y + 40}" class="count">${counts}</text>
  </g>`;
}

/** From the parent's right side to the child's left one; where that would go backwards, around the right of both. */
function edge(
  { from, field, to, isLater }: GraphEdge,
  byName: ReadonlyMap<string, GraphNode>,
): Html | undefined {
  const [child, parent] = [byName.get(from), byName.get(to)];
  if (child === undefined || parent === undefined) return undefined;
  const [start, end] = [placeOf(parent), placeOf(child)];
  const isForward = child.column > parent.column;
  const [x1, y1] = [start.x + box.width, start.y + box.height / 2];
  const [x2, y2] = [isForward ? end.x : end.x + box.width, end.y + box.height / 2];
  const bend = isForward ? (x2 - x1) / 2 : reach;
  const [bendX1, bendX2] = [x1 + bend, isForward ? x2 - bend : Math.max(x1, x2) + bend];
  return html`<path
    class="edge${isLater && ' later'}"
    d="M ${x1} ${y1} C ${bendX1} ${y1}, ${bendX2} ${y2}, ${x2} ${y2}"
    ><title>${from}.${field}</title></path
  >`;
}

function lookups({ nodes, edges }: CopyGraph): Html | undefined {
  const own = nodes.flatMap(({ object, ownLookups }) =>
    ownLookups.map((field) => messages.getMessage('copy.ownLookup', [object, field])),
  );
  const others = edges.map(({ from, field, to, isLater }) =>
    messages.getMessage(isLater ? 'copy.laterLookup' : 'copy.lookup', [from, field, to]),
  );
  const all = [...others, ...own];
  if (all.length === 0) return undefined;
  return html`<details>
    <summary>${messages.getMessage('copy.lookups', [formatCount(all.length)])}</summary>
    <ul>
      ${all.map((text) => html`<li>${text}</li>`)}
    </ul>
  </details>`;
}
