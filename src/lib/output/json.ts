import { isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { delimiterCharacters, type ColumnDelimiter } from '../api/types.js';
import { ByteSink } from './byte-sink.js';
import { CsvRecords } from './csv-records.js';
import { jsonShape } from './json-shape.js';
import type { JsonMember, JsonParent, JsonValue } from './json-shape.js';
import { maxJsonBytesPerByte, writeNull } from './json-values.js';
import { QuotedJson } from './quoted-json.js';
import type { ResultWriter, ResultWriterOptions } from './writer.js';

const CLOSE_BRACE = 0x7d;

/** What stands around the records of a file. */
type Frame = {
  readonly open: string;
  readonly between: string;
  readonly close: string;
  readonly empty: string;
};

const frames: Readonly<Record<'json' | 'ndjson', Frame>> = {
  json: { open: '[\n', between: ',\n', close: '\n]\n', empty: '[]\n' },
  ndjson: { open: '', between: '\n', close: '\n', empty: '' },
};

/** Turns rows of CSV bytes into JSON bytes, without a string or an object per row. */
export class JsonWriter implements ResultWriter {
  readonly #frame: Frame;
  readonly #open: Buffer;
  readonly #between: Buffer;
  readonly #members: readonly JsonMember[];
  readonly #keyByteCount: number;
  readonly #records: CsvRecords;
  readonly #sink = new ByteSink();
  #hasRows: boolean;

  constructor(format: 'json' | 'ndjson', options: ResultWriterOptions) {
    const { columns, types, delimiter, isNested = false, hasEarlierRows = false } = options;
    this.#frame = frames[format];
    this.#open = Buffer.from(this.#frame.open);
    this.#between = Buffer.from(this.#frame.between);
    this.#members = jsonShape(columns, types, isNested);
    this.#keyByteCount = keyByteCount(this.#members) + this.#between.length;
    this.#hasRows = hasEarlierRows;
    const quoted = quotedJson(this.#members, columns.length, { delimiter, between: this.#between });
    this.#records = new CsvRecords(
      columns.length,
      delimiter,
      (record) => this.#writeRecord(record),
      quoted && ((bytes, from, to) => this.#takeQuoted(quoted, bytes, from, to)),
    );
  }

  push(chunk: Buffer): Buffer {
    this.#records.push(chunk);
    return this.#sink.take();
  }

  endPage(): Buffer {
    this.#records.finish();
    return this.#sink.take();
  }

  end(): Buffer {
    const tail = this.endPage();
    return Buffer.concat([tail, Buffer.from(this.#hasRows ? this.#frame.close : this.#frame.empty)]);
  }

  #takeQuoted(quoted: QuotedJson, bytes: Buffer, from: number, to: number): number {
    const sink = this.#sink;
    const start = sink.length;
    if (!this.#hasRows) sink.append(this.#open);
    const next = quoted.take(bytes, { from, to, isFirst: !this.#hasRows }, sink);
    if (next >= 0) this.#hasRows = true;
    else sink.length = start;
    return next;
  }

  #beginRecord(): void {
    this.#sink.append(this.#hasRows ? this.#between : this.#open);
  }

  #writeRecord(record: CsvRecord): void {
    const sink = this.#sink;
    this.#beginRecord();
    this.#hasRows = true;
    sink.reserve((record.end - record.start) * maxJsonBytesPerByte + this.#keyByteCount);
    sink.length = writeMembers(this.#members, record, sink.bytes, sink.length);
  }
}

/** Undefined for members that are not the columns, one after another: then their cells have to be found first. */
function quotedJson(
  members: readonly JsonMember[],
  columnCount: number,
  { delimiter, between }: { readonly delimiter: ColumnDelimiter; readonly between: Buffer },
): QuotedJson | undefined {
  const columns = members.filter((member, index) => member.type === 'value' && member.cell === index);
  if (columnCount === 0 || columns.length !== columnCount) return undefined;
  return new QuotedJson(columns as JsonValue[], delimiterCharacters[delimiter], between);
}

function writeMembers(
  members: readonly JsonMember[],
  record: CsvRecord,
  target: Buffer,
  from: number,
): number {
  let at = from;
  for (const member of members) {
    const { prefix } = member;
    target.set(prefix, at);
    at += prefix.length;
    at =
      member.type === 'value'
        ? member.write(record, member.cell, target, at)
        : writeParent(member, record, target, at);
  }
  target[at] = CLOSE_BRACE;
  return at + 1;
}

function writeParent(parent: JsonParent, record: CsvRecord, target: Buffer, at: number): number {
  const isMissing = parent.cells.every((cell) => isCellEmpty(record, cell));
  return isMissing ? writeNull(target, at) : writeMembers(parent.members, record, target, at);
}

/** What a row takes at most besides its values: keys, braces, and per value two quotes or `null`. */
function keyByteCount(members: readonly JsonMember[]): number {
  return members.reduce(
    (sum, member) =>
      sum + member.prefix.length + 5 + (member.type === 'parent' ? keyByteCount(member.members) : 0),
    1,
  );
}
