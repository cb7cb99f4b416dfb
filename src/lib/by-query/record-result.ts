import type { CollectionResult } from '../api/rest.js';
import { parseRowError } from '../load/model/error-message.js';
import { modifiedCode } from '../load/skip-modified.js';
import { createReadStream } from 'node:fs';
import { isThere } from '../files/file-facts.js';
import { readNdjson } from '../input/ndjson-in.js';
import { readableOnly } from '../input/unreadable-record.js';
import { ErrorGroups, type ErrorGroup } from '../load/model/error-groups.js';
import type { RunContext } from '../run/context.js';

/** Why a record was not changed. */
export type RecordError = {
  /** The service's code, or this library's `NOT_PROCESSED`, `UNKNOWN_OUTCOME` and `MODIFIED_SINCE_FOUND`. */
  readonly errorCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

/** What became of one record. */
export type RecordResult = {
  readonly id: string;
  readonly success: boolean;
  readonly errors: readonly RecordError[];
};

export function succeeded(id: string): RecordResult {
  return { id, success: true, errors: [] };
}

export function failed(id: string, errorCode: string, message: string): RecordResult {
  return { id, success: false, errors: [{ errorCode, message, fields: [] }] };
}

export function notProcessed(id: string, message: string): RecordResult {
  return failed(id, 'NOT_PROCESSED', message);
}

/** A resume leaves a record alone that is not as it was found any more. */
export function skipped(id: string, message: string): RecordResult {
  return failed(id, modifiedCode, message);
}

export function isSkipped({ errors: [first] }: RecordResult): boolean {
  return first?.errorCode === modifiedCode;
}

/** The org leaves the id out of failures; the order tells it. */
export function ofCollection(id: string, { success, errors }: CollectionResult): RecordResult {
  return {
    id,
    success,
    errors: errors.map(({ statusCode, message, fields }) => ({ errorCode: statusCode, message, fields })),
  };
}

/** From the `sf__Error` of a Bulk result. */
export function ofRowError(id: string, text: string): RecordResult {
  const { code, message, fields } = parseRowError(text);
  return { id, success: false, errors: [{ errorCode: code, message, fields }] };
}

/** Its errors as a Bulk job writes them into `sf__Error`. */
export function rowErrorText({ errors }: RecordResult): string {
  return errors
    .map(({ errorCode, message, fields }) => `${errorCode}:${message}:${fields.join(',')} --`)
    .join(';');
}

/** The file of a change over SObject Collections with a result a line, in the order of the records. */
export function resultsPathOf(runId: string, { store }: Pick<RunContext, 'store'>): string {
  return store.pathFor(runId, 'results.ndjson');
}

export async function* resultsIn(path: string): AsyncGenerator<RecordResult> {
  for await (const result of readableOnly(readNdjson(createReadStream(path), path)))
    yield result as RecordResult;
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
