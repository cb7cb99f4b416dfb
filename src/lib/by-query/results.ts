import { createReadStream } from 'node:fs';
import { isThere } from '../files/is-there.js';
import { readNdjson } from '../input/ndjson-in.js';
import { ErrorGroups, type ErrorGroup } from '../load/model/error-groups.js';
import type { RunContext } from '../run/context.js';
import { rowErrorText, type RecordResult } from './record-result.js';

/** The file of a change over SObject Collections with a result a line, in the order of the records. */
export function resultsPathOf(runId: string, { store }: Pick<RunContext, 'store'>): string {
  return store.pathFor(runId, 'results.ndjson');
}

export async function* resultsIn(path: string): AsyncGenerator<RecordResult> {
  for await (const result of readNdjson(createReadStream(path), path)) yield result as RecordResult;
}

/** The errors of a change so far, worst first. */
export async function errorsIn(path: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  if (!(await isThere(path))) return [];
  for await (const result of resultsIn(path)) {
    if (!result.success) groups.add(rowErrorText(result), () => ({ id: result.id }));
  }
  return groups.report();
}
