import type { Part, Segment } from '../../run/record.js';

export type PartLimits = { readonly maxPartBytes: number; readonly maxPartRows: number };

/**
 * Packs segments into parts, in their order: many small files share a job, so that each does not cost four requests.
 * Segments are already within the limits, and are never split here.
 */
export function packParts(segments: readonly Segment[], limits: PartLimits): Part[] {
  const packs: Segment[][] = [];
  let bytes = 0;
  let rows = 0;
  for (const segment of segments) {
    if (segment.rows === 0) continue;
    const segmentBytes = segment.end - segment.start;
    const fits = bytes + segmentBytes <= limits.maxPartBytes && rows + segment.rows <= limits.maxPartRows;
    const current = packs.at(-1);
    if (current !== undefined && fits) {
      current.push(segment);
      bytes += segmentBytes;
      rows += segment.rows;
    } else {
      packs.push([segment]);
      bytes = segmentBytes;
      rows = segment.rows;
    }
  }
  return packs.map(toPart);
}

function toPart(segments: readonly Segment[], index: number): Part {
  return {
    index,
    segments,
    rows: segments.reduce((sum, { rows }) => sum + rows, 0),
    bytes: segments.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}
