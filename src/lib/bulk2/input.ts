import { Readable, Stream } from 'node:stream';
import { types } from 'node:util';
import { InputError, UsageError } from '../errors.js';
import { kindOf } from '../input/cell-text.js';
import { requireRecord, type InputRecord } from '../input/input-record.js';
import { recordsName } from '../input/stored-record.js';
import type { IngestOperation } from '../api/types.js';

/**
 * What one job can be loaded with, up to 100 MB of CSV: CSV as text or as a stream of bytes or text; a file by its path;
 * or records, as an array, a generator or a stream of objects.
 */
export type BulkInput =
  string | FileInput | Readable | Iterable<object> | AsyncIterable<object> | AsyncIterable<string>;

/** A file, by its path: CSV in any dialect, JSON, NDJSON or Parquet, also compressed with gzip. */
export type FileInput = { readonly path: string };

/** An input, by how it is read. */
export type KnownInput = { readonly kind: 'text'; readonly text: string } | KnownObject;

/** An input that is no text. */
type KnownObject =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'records'; readonly records: readonly unknown[] }
  /** Pieces of CSV, or records; what they are shows when the first one comes. */
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<unknown> | Iterable<unknown> };

/** Generators and streams that have been read: nothing is left in them. */
const consumed = new WeakSet<object>();

/**
 * Tells what an input is. What can be read only once is noted as read.
 * @throws UsageError it is no input, or nothing is left of it
 * @throws InputError text without anything in it
 */
export function knownInput(input: unknown): KnownInput {
  return typeof input === 'string' ? { kind: 'text', text: csvText(input) } : knownObject(input);
}

/** As `knownInput`, where text means something else than CSV. */
export function knownObject(input: unknown): KnownObject {
  if (typeof input !== 'object' || input === null) throw noInput(textOfKind(input));
  if (Array.isArray(input)) return { kind: 'records', records: input };
  if (types.isAnyArrayBuffer(input) || ArrayBuffer.isView(input)) {
    throw noInput('bytes in memory', 'Make them a stream: Readable.from([bytes]).');
  }
  if (input instanceof Blob) throw noInput('a Blob', 'Give its stream: blob.stream().');
  if (types.isPromise(input)) throw noInput('a Promise', 'Wait for it: input: await …');
  if (isIterable(input)) return { kind: 'stream', chunks: unread(input) };
  if ('path' in input) return { kind: 'file', path: filePath(input.path) };
  throw noInput(kindOf(input) === 'Object' ? 'one object' : `an object of the kind ${kindOf(input)}`);
}

/**
 * From here on a stream that fails tells it to whoever reads it, and not to the process: reading may begin later, and
 * an emitter throws an error that nobody listens to.
 * @throws UsageError what can only be read once has been read, or somebody else reads it
 */
function unread<T extends object>(input: T): T {
  if (input instanceof Stream) input.on('error', () => undefined);
  const { destroyed, errored, readableFlowing } = input as Partial<Readable>;
  if (errored instanceof Error) return input;
  const isRead = consumed.has(input) || Readable.isDisturbed(input as Readable) || destroyed === true;
  if (isRead || readableFlowing === true) {
    const message = `The input ${isRead ? 'has been read already' : 'is being read by something else'}.`;
    throw new UsageError(message, { actions: ['Give a new stream or generator, or an array.'] });
  }
  if (isReadOnce(input)) consumed.add(input);
  return input;
}

/** A generator is its own iterator; an array or a Set makes a new one each time. */
function isReadOnce(input: object): boolean {
  return 'next' in input || 'pipe' in input || 'getReader' in input;
}

function isIterable(input: object): input is AsyncIterable<unknown> | Iterable<unknown> {
  return Symbol.asyncIterator in input || Symbol.iterator in input;
}

/** @throws UsageError it is rather the path of a file */
function csvText(text: string): string {
  if (text === '') {
    throw new InputError([{ code: 'EMPTY_FILE', message: 'The input is empty: it has no header line.' }]);
  }
  if (/[\r\n]/.test(text)) return text;
  const start = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new UsageError(`The text ${JSON.stringify(start)} is one line, and CSV has a header and rows.`, {
    actions: [`For a file, give its path: { path: ${JSON.stringify(start)} }.`],
  });
}

/** @throws UsageError it names no file */
export function filePath(path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path;
  throw new UsageError('The path of the input is not text that names a file.');
}

function noInput(what: string, ...actions: readonly string[]): UsageError {
  return new UsageError(
    `The input is ${what}; it can be CSV text, { path }, an array of records, or a stream or generator.`,
    { actions },
  );
}

function textOfKind(value: unknown): string {
  return value === undefined || value === null ? String(value) : `a ${typeof value}`;
}

/** What a program gives as records. @throws InputError one of them is no record, with its number */
export async function* checkedRecords(
  records: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<InputRecord, void, undefined> {
  let row = 0;
  for await (const record of records) yield requireRecord(record, { file: recordsName, row: (row += 1) });
}

/**
 * Leaves out of records what an operation has no use for: an insert takes no Id, a deletion takes nothing else, so
 * that records can be loaded as a query gave them.
 */
export function fieldsToSend(
  records: AsyncIterable<InputRecord>,
  operation: IngestOperation,
): AsyncIterable<InputRecord> {
  switch (operation) {
    case 'insert':
      return filtered(records, (name) => name.toLowerCase() !== 'id');
    case 'delete':
    case 'hardDelete':
      return filtered(records, (name) => name.toLowerCase() === 'id');
    case 'update':
    case 'upsert':
      return records;
  }
}

async function* filtered(
  records: AsyncIterable<InputRecord>,
  keeps: (name: string) => boolean,
): AsyncGenerator<InputRecord> {
  for await (const record of records) {
    yield Object.fromEntries(Object.entries(record).filter(([name]) => keeps(name)));
  }
}
