import { stat } from 'node:fs/promises';
import { hashOf } from '../files/file-facts.js';
import type { JournalRecord, LoadPlan, Segment, SourceFile } from '../run/record.js';
import { roundsOf } from './model/rounds.js';

/** The input of a load as it is now. */
export type InputNow = {
  /** Whether all of it is there with the bytes that were planned. */
  readonly isThere: boolean;
  /** As the files are now, where only their times have changed. */
  readonly sources?: readonly SourceFile[];
};

/** Looks at the input of a load. A file that was only touched or copied back has other times: then its bytes tell. */
export async function inputNow(records: readonly JournalRecord[]): Promise<InputNow> {
  const [plan] = roundsOf(records);
  const sources: SourceFile[] = [];
  for (const [index, source] of plan.sources.entries()) {
    const now = await stat(source.path).catch(() => undefined);
    if (now?.size !== source.bytes) return { isThere: false };
    const isTouched = now.mtimeMs !== source.mtimeMs;
    if (isTouched && !(await hasSegments(source, segmentsOf(plan, index)))) return { isThere: false };
    sources.push({ ...source, mtimeMs: now.mtimeMs });
  }
  return { isThere: true, sources };
}

function segmentsOf({ parts }: LoadPlan, source: number): Segment[] {
  return parts.flatMap(({ segments }) => segments).filter((segment) => segment.source === source);
}

async function hasSegments({ path }: SourceFile, segments: readonly Segment[]): Promise<boolean> {
  for (const { start, end, sha256 } of segments) {
    const found = await hashOf(path, { start, end }).catch(() => undefined);
    if (found !== sha256) return false;
  }
  return true;
}
