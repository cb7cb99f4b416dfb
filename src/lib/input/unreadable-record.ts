import { InputError } from '../errors.js';
import { requireNoAnswer } from './error-answer.js';
import { parseJsonRecord, type InputRecord, type RecordPlace } from './input-record.js';

/** Stands in the place of a record that can't be read, and certainly ends where it seems to. */
export class UnreadableRecord {
  readonly error: InputError;
  /** What is in its place. */
  readonly text: string;

  constructor(error: InputError, text: string) {
    this.error = error;
    this.text = text;
  }
}

/** A record of an input, or what is in its place. */
export type ReadRecord = InputRecord | UnreadableRecord;

/** Reads the JSON of one record. */
export function readJsonRecord(bytes: Buffer, place: RecordPlace): ReadRecord {
  try {
    return requireNoAnswer(parseJsonRecord(bytes, place), place);
  } catch (error) {
    if (error instanceof InputError) return new UnreadableRecord(error, bytes.toString());
    throw error;
  }
}

/** @throws InputError a record can't be read */
export async function* readableOnly(
  records: AsyncIterable<ReadRecord>,
): AsyncGenerator<InputRecord, void, undefined> {
  for await (const record of records) {
    if (record instanceof UnreadableRecord) throw record.error;
    yield record;
  }
}
