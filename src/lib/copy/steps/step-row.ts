import { encodeCell, isCellEmpty, cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { nullText } from '../../input/flatten-record.js';
import type { ByteSink } from '../../output/byte-sink.js';
import { putBytes } from '../../output/put-cells.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import type { LoadPlan } from '../../run/record.js';
import { nullMarkIn, valueReader, type ReadValue } from './cell-values.js';
import { emptyLookup, emptyValues, nothing, type EmptyValue } from './empty-values.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { fieldsIn, templateOf, type RowTemplate } from '../plan/row-template.js';
import type { Sifter } from '../survey/sifter.js';
import { personFlag } from '../plan/plan-persons.js';
import { QUOTE } from '../../csv/bytes.js';

/** How a step's rows are sent. */
export function sendingOf(
  { key }: CopyObject,
  { kind }: CopyStep,
): Pick<LoadPlan, 'operation' | 'externalId'> {
  if (kind !== 'load') return { operation: 'update' };
  return key === undefined ? { operation: 'insert' } : { operation: 'upsert', externalId: key.field };
}

/** The columns of a step's rows. */
export function stepColumns(object: CopyObject, { kind }: CopyStep): string[] {
  const lookups = object.lookups.map(({ field }) => field);
  if (kind === 'later') return ['Id', ...lookups];
  const names = [...object.fields, ...lookups, ...Object.keys(object.set)].filter(isSentIn(object, kind));
  return kind === 'update' ? ['Id', ...names] : names;
}

/** A record that is there is not sent what it can't be given any more. */
function isSentIn({ insertOnly = [] }: CopyObject, kind: CopyStep['kind']): (field: string) => boolean {
  return (field) => kind !== 'update' || !insertOnly.includes(field);
}

/** A field that a plan sets. */
type SetField = {
  readonly field: string;
  readonly valueOf: RowTemplate;
  /** The plan itself says the value: none is made of the record's own. */
  readonly isConstant: boolean;
};

type RowSetup = { readonly object: CopyObject; readonly step: CopyStep; readonly exported: ExportedRecords };

/** Makes the row that is sent of a record of the export. */
export class StepRow {
  readonly #object: CopyObject;
  readonly #fields: readonly string[];
  readonly #cells: readonly number[];
  readonly #shapeOf: (record: CsvRecord) => IsForeign;
  /** Of cells whose values the plan replaces, in their order. */
  readonly #readers: ReadonlyArray<ReadValue | undefined>;
  readonly #sentLookups: readonly number[];
  /** Of the cells, of the lookups that are sent, and of the fields that the plan sets. */
  readonly #empty: Readonly<Record<'cells' | 'lookups' | 'set', readonly EmptyValue[]>>;
  readonly #set: readonly SetField[];

  constructor({ object, step, exported }: RowSetup) {
    const { columns } = exported;
    const isSent = isSentIn(object, step.kind);
    this.#object = object;
    this.#fields = object.fields.filter(isSent);
    this.#shapeOf = personShape(object, columns);
    this.#cells = this.#fields.map((field) => exported.indexOf(field));
    this.#readers = this.#fields.map((field) => valueReader(object, field));
    this.#sentLookups = [...object.lookups.keys()].filter((index) =>
      isSent(object.lookups[index]?.field ?? ''),
    );
    this.#set = Object.entries(object.set)
      .filter(([field]) => isSent(field))
      .map(([field, template]) => ({
        field,
        valueOf: templateOf(template, columns),
        isConstant: fieldsIn(template).length === 0,
      }));
    const emptyOf = emptyValues(object, step);
    this.#empty = {
      cells: this.#fields.map(emptyOf),
      lookups: this.#sentLookups.map((index) => emptyOf(object.lookups[index]?.field ?? '')),
      set: this.#set.map(({ field }) => emptyOf(field)),
    };
  }

  /**
   * @param sifter has read the record
   * @param id of the record in the target, where it was matched
   * @returns whether the row has a value; one without is taken for a blank line, and is not put
   */
  put(
    out: ByteSink,
    record: CsvRecord,
    { sifter, id }: { readonly sifter: Sifter; readonly id: string | undefined },
  ): boolean {
    const { states, targets } = sifter;
    const start = out.length;
    const isForeign = this.#shapeOf(record);
    if (id !== undefined) putText(out, id);
    for (let index = 0; index < this.#cells.length; index++) {
      const cell = this.#cells[index] ?? -1;
      const read = this.#readers[index];
      const empty = this.#empty.cells[index] ?? nothing;
      if (isForeign(this.#fields[index] ?? '')) putText(out, '');
      else if (read !== undefined)
        putValue(out, read(record, cell), isCellEmpty(record, cell) ? empty.ofRecord : empty.ofPlan);
      else if (isCellEmpty(record, cell)) putText(out, empty.ofRecord);
      else putCell(out, record, cell);
    }
    for (let place = 0; place < this.#sentLookups.length; place++) {
      const index = this.#sentLookups[place] ?? -1;
      const state = states[index];
      const empty = this.#empty.lookups[place] ?? nothing;
      if (isForeign(this.#object.lookups[index]?.field ?? '')) putText(out, '');
      else if (state === 'found') putText(out, targets[index] ?? '');
      else putText(out, emptyLookup(state, empty));
    }
    for (const [index, { valueOf, isConstant }] of this.#set.entries()) {
      const empty = this.#empty.set[index] ?? nothing;
      putValue(out, valueOf(record), isConstant ? empty.ofPlan : empty.ofRecord);
    }
    // In the place of the last comma; a row without cells has none.
    if (out.length > start) out.length -= 1;
    if (!isBlankRow(out.bytes, start, out.length)) return true;
    out.length = start;
    return false;
  }

  /** A field whose text the service takes for an order to clear it; in files it may be meant so. */
  nullMarked(record: CsvRecord): string | undefined {
    const { file, nullMark = file === undefined ? 'hold' : 'clear' } = this.#object;
    if (nullMark === 'clear') return undefined;
    const found = nullMarkIn(record, this.#cells, this.#readers);
    // Asking for the element before the first one is slow.
    if (found >= 0) return this.#fields[found];
    return this.#set.find(({ valueOf, isConstant }) => !isConstant && valueOf(record) === nullText)?.field;
  }
}

/** A cell as it is: both sides have commas. */
function putCell(out: ByteSink, record: CsvRecord, cell: number): void {
  putBytes(out, record, { from: record.starts[cell] ?? 0, to: record.ends[cell] ?? 0 });
  out.append(comma);
}

function putValue(out: ByteSink, value: string, empty: string): void {
  out.append(Buffer.from(value === '' ? empty : encodeCell(value, ',')));
  out.append(comma);
}

/** Whether a field is one that a record must not be sent, since it is a person, or since it is none. */
type IsForeign = (field: string) => boolean;

/** Tells of each record which fields it takes: those of a person, or those of a business. */
function personShape(
  { persons }: Pick<CopyObject, 'persons'>,
  columns: readonly string[],
): (record: CsvRecord) => IsForeign {
  const ofAny: IsForeign = () => false;
  if (persons === undefined) return () => ofAny;
  const flag = columns.findIndex((name) => name.toLowerCase() === personFlag.toLowerCase());
  const own = new Set(persons.fields);
  const ofPerson: IsForeign = (field) => field === 'Name';
  const ofBusiness: IsForeign = (field) => own.has(field);
  return (record) => (cellText(record, flag) === 'true' ? ofPerson : ofBusiness);
}

/** @param text in ASCII, in need of no quotes */
function putText(out: ByteSink, text: string): void {
  out.reserve(text.length + 1);
  for (let index = 0; index < text.length; index++) out.bytes[out.length++] = text.charCodeAt(index);
  out.bytes[out.length++] = COMMA;
}

/**
 * Whether a row, without its line ending, has no value at all: commas alone, or `"",""`. Whoever reads it takes it for a blank
 * line, so that it would be sent, and have no result.
 */
export function isBlankRow(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  let quotes = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at] === QUOTE) quotes += 1;
    else if (bytes[at] !== COMMA || quotes % 2 !== 0 || quotes > 2) return false;
    else quotes = 0;
  }
  return quotes === 0 || quotes === 2;
}

const COMMA = 0x2c;
const comma = Buffer.from(',');
