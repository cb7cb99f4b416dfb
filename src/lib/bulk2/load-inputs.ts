import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { IngestOperation } from '../api/types.js';
import { InputError, UsageError } from '../errors.js';
import { recordsName } from '../input/stored-record.js';
import type { LoadInput } from '../load/model/request.js';
import { checkedRecords, filePath, knownObject, type FileInput, fieldsToSend } from './input.js';
import { sortStream, utf8Bytes } from './sort-stream.js';

/**
 * What a load of any size is loaded from: paths of files, a stream of bytes or text, both CSV in any dialect, JSON,
 * NDJSON or Parquet, also compressed with gzip; or records, as an array, a generator or a stream of objects. Text is a
 * path here.
 */
export type LoadFrom =
  | string
  | FileInput
  | ReadonlyArray<string | FileInput>
  | Readable
  | Iterable<object>
  | AsyncIterable<object>
  | AsyncIterable<string>;

/** @throws UsageError | InputError it is no input, or nothing is left of it */
export async function loadInputs(
  input: unknown,
  operation: IngestOperation,
  signal: AbortSignal = new AbortController().signal,
): Promise<LoadInput[]> {
  if (typeof input === 'string') return [fileInput(input)];
  if (Array.isArray(input) && input.some(isFile)) return input.map(fileOf);
  const known = knownObject(input);
  switch (known.kind) {
    case 'file':
      return [fileInput(known.path)];
    case 'records':
      if (known.records.length === 0) throw noInputs();
      return [recordInput(known.records, operation)];
    case 'stream': {
      const { isCsv, pieces } = await sortStream(known.chunks, signal);
      if (!isCsv) return [recordInput(pieces, operation)];
      return [{ name: 'stream', stream: Readable.from(utf8Bytes(pieces), { objectMode: false }) }];
    }
  }
}

function recordInput(
  records: AsyncIterable<unknown> | Iterable<unknown>,
  operation: IngestOperation,
): LoadInput {
  return { name: recordsName, records: fieldsToSend(checkedRecords(records), operation) };
}

function isFile(item: unknown): item is string | FileInput {
  return typeof item === 'string' || (typeof item === 'object' && item !== null && isFileInput(item));
}

/** A record may have a field of that name, beside others. */
function isFileInput(item: object): item is FileInput {
  return 'path' in item && Object.keys(item).length === 1;
}

function fileOf(item: unknown): LoadInput {
  if (isFile(item)) return fileInput(typeof item === 'string' ? item : item.path);
  throw new UsageError(
    'The input is an array of paths and of something else; give paths alone, or records alone.',
  );
}

/** @throws UsageError it is rather CSV */
function fileInput(text: string): LoadInput {
  const path = filePath(text);
  if (!/[\r\n]/.test(path)) return { name: path, path: resolve(path) };
  throw new UsageError('The input is text of several lines, and load takes the path of a file.', {
    actions: ['For CSV in memory, give a stream of it: Readable.from([text]).'],
  });
}

function noInputs(): InputError {
  return new InputError([
    { code: 'EMPTY_FILE', message: 'The input is an empty array: there is nothing to load.' },
  ]);
}
