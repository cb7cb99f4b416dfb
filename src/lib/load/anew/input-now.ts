import { stat } from 'node:fs/promises';
import type { JournalRecord, SourceFile } from '../../run/record.js';
import { roundsOf } from '../model/rounds.js';
import { hasSegments, segmentsOf } from '../upload/unchanged.js';

/**
 * Why what was sent isn't there: a file of the person's is gone or has other bytes, or a copy was sent, which a load doesn't
 * keep once it has ended.
 */
export type WithoutInput = 'changed' | 'notKept';

/** The input of a load as it is now. */
export type InputNow =
  /** All of it is there with the bytes that were planned. `sources` are the files as they are now; absent: as they were planned. */
  | { readonly isThere: true; readonly sources?: readonly SourceFile[] }
  | { readonly isThere: false; readonly why: WithoutInput };

/** Looks at the input of a load. A file that was only touched or copied back has other times: then its bytes tell. */
export async function inputNow(records: readonly JournalRecord[]): Promise<InputNow> {
  const [plan] = roundsOf(records);
  const sources: SourceFile[] = [];
  for (const [index, source] of plan.sources.entries()) {
    const why = source.spooled ? 'notKept' : 'changed';
    const now = await stat(source.path).catch(() => undefined);
    if (now?.size !== source.bytes) return { isThere: false, why };
    const isTouched = now.mtimeMs !== source.mtimeMs;
    if (isTouched && !(await hasSegments(source, segmentsOf(plan, index)))) return { isThere: false, why };
    sources.push({ ...source, mtimeMs: now.mtimeMs });
  }
  return { isThere: true, sources };
}
