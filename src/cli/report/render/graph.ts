import { Messages } from '@salesforce/core';
import { formatCount } from '../../units.js';
import type { CopyGraph, GraphNode } from '../copy-graph.js';
import type { ReportPage } from '../page.js';
import { layoutOf, type GraphLayout } from './graph-layout.js';
import { html, type Html } from './html.js';
import { section } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

const longestName = 24;
/** Beside the text, on both sides. */
const padding = 12;
/** Of a character, of the widest of the usual fonts at 13 px, in pixels. */
const wide = { name: 8.8, count: 7 };
const leastBox = 150;
/** How far the picture may shrink on a screen before it is scrolled: texts stay readable. */
const leastScale = 0.8;

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

function picture(shown: CopyGraph): Html {
  const { nodes, edges } = shown;
  const { width, height, box, boxes, lines } = layoutOf(shown, boxWidthOf(nodes));
  const least = Math.round(width * leastScale);
  return html`<svg
    role="img"
    aria-label="${messages.getMessage('copy.graphLabel', [nodes.length, edges.length])}"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
    style="min-width: ${least}px"
  >
    ${lines.map(line)} ${boxes.map((each) => node(each, box))}
  </svg>`;
}

function boxWidthOf(nodes: readonly GraphNode[]): number {
  const widths = nodes.flatMap((each) => [
    nameOf(each).length * wide.name,
    countsOf(each).length * wide.count,
  ]);
  return Math.ceil(Math.max(leastBox, ...widths.map((width) => width + 2 * padding)));
}

function nameOf({ object }: GraphNode): string {
  return object.length > longestName ? `${object.slice(0, longestName - 1)}…` : object;
}

function countsOf({ successful, left }: GraphNode): string {
  return left === 0
    ? messages.getMessage('copy.node', [formatCount(successful)])
    : messages.getMessage('copy.nodeLeft', [formatCount(successful), formatCount(left)]);
}

function node(
  { node: each, x, y }: GraphLayout['boxes'][number],
  { width, height }: GraphLayout['box'],
): Html {
  const { object, successful, left, isDone } = each;
  const kind = !isDone ? 'open' : left === 0 ? 'good' : successful === 0 ? 'bad' : 'mixed';
  return html`<g class="node ${kind}">
    <title>${object}</title>
    <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" />
    <text x="${x + padding}" y="${y + 21}" class="name">${nameOf(each)}</text>
    <text x="${x + padding}" y="${y + 40}" class="count">${countsOf(each)}</text>
  </g>`;
}

function line({ edge: { from, field, isLater }, path }: GraphLayout['lines'][number]): Html {
  return html`<path class="edge${isLater && ' later'}" d="${path}"><title>${from}.${field}</title></path>`;
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
