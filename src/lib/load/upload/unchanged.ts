import { stat } from 'node:fs/promises';
import { hashOf, sumOf } from '../../files/file-facts.js';
import { InputChangedError } from '../../jobs/errors.js';
import type { LoadPlan, Part, Segment, SourceFile } from '../../run/record.js';

type Sent = Pick<LoadPlan, 'sources' | 'parts' | 'inputs'>;

/**
 * Looks at size and time of the sources, before anything else is done with them. One that was only touched, or put back as it was,
 * has another time: then its bytes tell, those of the header included; without `inputs` those of the parts.
 * @throws InputChangedError a source is gone or not what was planned
 */
export async function requireUnchanged({ sources, parts, inputs }: Sent): Promise<void> {
  for (const [index, source] of sources.entries()) {
    const now = await stat(source.path).catch(() => undefined);
    if (now?.size !== source.bytes) throw inputChanged(source);
    if (now.mtimeMs === source.mtimeMs) continue;
    const mark = inputs?.[index];
    const isSame =
      mark?.bytes === source.bytes && !source.spooled
        ? (await sumOf(source.path)).crc32 === mark.crc32
        : await hasSegments(source, segmentsOf({ parts }, index));
    if (!isSame) throw inputChanged(source);
  }
}

/** What a load sends of one of its sources. */
export function segmentsOf({ parts }: { readonly parts: readonly Part[] }, source: number): Segment[] {
  return parts.flatMap(({ segments }) => segments).filter((segment) => segment.source === source);
}

/** Whether a file has the bytes that were planned. */
export async function hasSegments(
  { path }: Pick<SourceFile, 'path'>,
  segments: readonly Segment[],
): Promise<boolean> {
  for (const { start, end, sha256 } of segments) {
    const found = await hashOf(path, { start, end }).catch(() => undefined);
    if (found !== sha256) return false;
  }
  return true;
}

/** A source is not what was planned. */
export function inputChanged(source: SourceFile): InputChangedError {
  return new InputChangedError(`${source.name} has changed since this load was planned, or is gone.`, {
    actions: [
      'Put the file back as it was and resume, or load the rows that are missing from a file of their own.',
    ],
    data: { file: source.path },
  });
}
