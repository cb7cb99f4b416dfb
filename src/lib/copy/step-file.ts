import { createHash } from 'node:crypto';
import { encodeCell, isCellEmpty } from '../csv/cells.js';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { PartFile } from '../files/part-file.js';
import { TextFile } from '../files/text-file.js';
import { nullText } from '../input/flatten-record.js';
import { ByteSink } from '../output/byte-sink.js';
import type { CopyObject, CopyOwners, CopyStep } from '../run/copy-record.js';
import { finderByName } from './by-name.js';
import { nullMarkIn, valueReader, type ReadValue } from './cell-values.js';
import type { CopyMaps } from './copy-maps.js';
import type { ExportedRecords } from './exported-records.js';
import { laterLevel } from './hierarchy.js';
import { idWords, readId, readLongId } from '../csv/record-id.js';
import { personShape, type IsForeign } from './person-shape.js';
import { templateOf, type RowTemplate } from './row-template.js';
import { Sifter, type HeldReason } from './sifter.js';

export type StepFileSetup = {
  readonly object: CopyObject;
  readonly step: CopyStep;
  readonly exported: ExportedRecords;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly maps: CopyMaps;
  /** What updates have filled, by object. */
  readonly filled: CopyMaps;
  readonly owners: CopyOwners | undefined;
  /** Records that were matched before anything was sent. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of other records too. */
  readonly known: CopyMaps;
  /** By row; absent where the object does not refer to itself. */
  readonly levels: Uint8Array | undefined;
  /** Records that a round before has sent are passed over. */
  readonly isRetry: boolean;
  readonly paths: StepPaths;
};

/** Files of a step: the rows to send, the ids of their records in the source, and what is not sent. */
export type StepPaths = { readonly rows: string; readonly ids: string; readonly held: string };

/** What was written. */
export type StepFile = { readonly rows: number; readonly held: number; readonly sha256: string };

export const heldHeader = 'source__Id,reason,field,parent__Id\n';

/** Writes the rows of a step: a pure function of the export and of the maps that earlier steps have made. */
export async function writeStepFile(setup: StepFileSetup): Promise<StepFile> {
  const files = {
    rows: await PartFile.open(setup.paths.rows),
    ids: await PartFile.open(setup.paths.ids),
    held: await TextFile.open(setup.paths.held),
  };
  try {
    const writer = new StepWriter(setup);
    const hash = createHash('sha256');
    const flush = async (): Promise<void> => {
      const { rows, ids, held } = writer.take();
      hash.update(rows);
      await files.rows.write(rows);
      await files.ids.write(ids);
      await files.held.write(held);
    };
    await setup.exported.scan((record, row) => writer.read(record, row), flush);
    await flush();
    for (const file of Object.values(files)) await file.commit();
    return { rows: writer.rows, held: writer.held, sha256: hash.digest('hex') };
  } catch (error) {
    await Promise.allSettled(Object.values(files).map((file) => file.discard()));
    throw error;
  }
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

class StepWriter {
  rows = 0;
  held = 0;
  readonly #setup: StepFileSetup;
  readonly #sifter: Sifter;
  /** As it was when the records were loaded. */
  readonly #before: Sifter;
  readonly #fields: readonly string[];
  readonly #cells: readonly number[];
  readonly #shapeOf: (record: CsvRecord) => IsForeign;
  /** Of cells whose values the plan replaces, in their order. */
  readonly #readers: ReadonlyArray<ReadValue | undefined>;
  readonly #sentLookups: readonly number[];
  readonly #templates: readonly RowTemplate[];
  /** What an empty value is sent as: an update has to say that it clears the field. */
  readonly #empty: string;
  readonly #out = new ByteSink();
  readonly #ids = new ByteSink();
  #heldText = heldHeader;

  constructor(setup: StepFileSetup) {
    const { object, step, exported, prefixes, maps, matches, known } = setup;
    this.#setup = setup;
    const { columns } = exported;
    const sifting = {
      columns,
      prefixes,
      find: (name: string, id: Uint32Array) => maps.find(name, id) ?? known.find(name, id),
      findByName: finderByName(object, setup.owners),
      isMatched: (id: Uint32Array) => matches.find(object.object, id) !== undefined,
    };
    const isSent = isSentIn(object, step.kind);
    this.#before = new Sifter({ object, ...sifting });
    this.#sifter =
      step.kind === 'later' ? new Sifter({ object: withNothingLater(object), ...sifting }) : this.#before;
    const fields = object.fields.filter(isSent);
    this.#fields = fields;
    this.#shapeOf = personShape(object, columns);
    this.#cells = fields.map((field) => exported.indexOf(field));
    this.#readers = fields.map((field) => valueReader(object.values?.[field]));
    this.#sentLookups = [...object.lookups.keys()].filter((index) =>
      isSent(object.lookups[index]?.field ?? ''),
    );
    this.#templates = Object.entries(object.set)
      .filter(([field]) => isSent(field))
      .map(([, template]) => templateOf(template, columns));
    // As with a load: an empty cell of a file changes nothing.
    const clears = object.file === undefined && (step.kind === 'update' || object.key !== undefined);
    this.#empty = clears ? nullText : '';
    this.#out.append(Buffer.from(`${stepColumns(object, step).join(',')}\n`));
  }

  read(record: CsvRecord, row: number): void {
    if (this.#setup.step.kind === 'later') this.#readForUpdate(record, row);
    else this.#readForLoad(record, row);
  }

  take(): { readonly rows: Buffer; readonly ids: Buffer; readonly held: string } {
    const held = this.#heldText;
    this.#heldText = '';
    return { rows: this.#out.take(), ids: this.#ids.take(), held };
  }

  #readForLoad(record: CsvRecord, row: number): void {
    const { step, levels, isRetry, maps, matches, object } = this.#setup;
    const level = levels?.[row] ?? 0;
    if ((level === laterLevel ? 0 : level) !== step.level) return;
    const sifter = this.#sifter;
    const verdict = sifter.read(record, level !== laterLevel);
    if (verdict === 'outside') return;
    const target = matches.find(object.object, sifter.id);
    const matched = target instanceof Uint32Array ? readId(target) : undefined;
    if ((matched !== undefined) !== (step.kind === 'update')) return;
    if (isRetry && maps.find(object.object, sifter.id) instanceof Uint32Array) return;
    const inCircle = object.lookups.find(
      ({ isRequired }, index) => isRequired && sifter.states[index] === 'own',
    );
    const nullField = this.#nullMarked(record);
    if (verdict === 'held') this.#hold(sifter.reason);
    else if (inCircle !== undefined)
      this.#hold({ code: 'PARENTS_FORM_A_CIRCLE', field: inCircle.field, parent: '' });
    else if (matched === undefined && object.operation === 'update')
      this.#hold({ code: 'NO_MATCH', field: '', parent: '' });
    else if (matched === undefined && this.#isEmpty(record))
      this.#hold({ code: 'NOTHING_TO_SEND', field: '', parent: '' });
    else if (nullField !== undefined)
      this.#hold({ code: 'VALUE_IS_NULL_MARK', field: nullField, parent: '' });
    else this.#put(record, matched);
  }

  /** A field whose text the service takes for an order to clear it; in files it is meant so. */
  #nullMarked(record: CsvRecord): string | undefined {
    const isFile = this.#setup.object.file !== undefined;
    return isFile ? undefined : this.#fields[nullMarkIn(record, this.#cells, this.#readers)];
  }

  /** A row for a record that is in the target, with all of its lookups that were left out before. */
  #readForUpdate(record: CsvRecord, row: number): void {
    const { levels, isRetry, filled, maps, object } = this.#setup;
    const sifter = this.#sifter;
    this.#before.read(record, levels?.[row] !== laterLevel);
    const wanted = [...object.lookups.keys()].filter((index) =>
      ['later', 'own'].includes(this.#before.states[index] ?? ''),
    );
    if (wanted.length === 0) return;
    sifter.read(record, true);
    const target = maps.find(object.object, sifter.id);
    if (!(target instanceof Uint32Array)) return;
    const id = readId(target);
    if (isRetry && filled.find(object.object, sifter.id) instanceof Uint32Array) return;
    // All at once, so that a record that was updated is done with.
    if (wanted.some((index) => sifter.states[index] === 'empty')) {
      this.#hold(sifter.reason);
      return;
    }
    if (!wanted.some((index) => sifter.states[index] === 'found')) return;
    const cells = object.lookups.map((_, index) => (wanted.includes(index) ? sifter.targets[index] : ''));
    this.#out.append(Buffer.from(`${id},${cells.join(',')}\n`));
    this.#count();
  }

  /** @param id of the record in the target, where it was matched */
  #put(record: CsvRecord, id: string | undefined): void {
    const out = this.#out;
    const { states, targets } = this.#sifter;
    const start = out.length;
    const isForeign = this.#shapeOf(record);
    if (id !== undefined) this.#putText(id);
    for (let index = 0; index < this.#cells.length; index++) {
      const cell = this.#cells[index] ?? -1;
      const read = this.#readers[index];
      if (isForeign(this.#fields[index] ?? '')) this.#putText('');
      else if (read === undefined) this.#putCell(record, cell);
      else this.#putValue(read(record, cell));
    }
    for (const index of this.#sentLookups) {
      const state = states[index];
      if (isForeign(this.#setup.object.lookups[index]?.field ?? '')) this.#putText('');
      else if (state === 'found') this.#putText(targets[index] ?? '');
      else if (state === 'empty' || state === 'cleared') this.#putText(this.#empty);
      else this.#putText('');
    }
    for (const template of this.#templates) {
      out.append(Buffer.from(encodeCell(template(record), ',')));
      out.append(comma);
    }
    // In the place of the last comma; a row without cells has none.
    if (out.length > start) out.length -= 1;
    out.append(newline);
    this.#count();
  }

  /** A cell as it is: both sides have commas. */
  #putCell(record: CsvRecord, cell: number): void {
    if (isCellEmpty(record, cell)) {
      this.#putText(this.#empty);
      return;
    }
    const out = this.#out;
    const from = record.starts[cell] ?? 0;
    const to = record.ends[cell] ?? 0;
    out.reserve(to - from + 1);
    record.bytes.copy(out.bytes, out.length, from, to);
    out.length += to - from;
    out.bytes[out.length++] = COMMA;
  }

  #putValue(value: string): void {
    this.#out.append(Buffer.from(value === '' ? this.#empty : encodeCell(value, ',')));
    this.#out.append(comma);
  }

  /** @param text in ASCII, in need of no quotes */
  #putText(text: string): void {
    const out = this.#out;
    out.reserve(text.length + 1);
    for (let index = 0; index < text.length; index++) out.bytes[out.length++] = text.charCodeAt(index);
    out.bytes[out.length++] = COMMA;
  }

  /** Whether the row would have no value at all: such rows are taken for blank lines. */
  #isEmpty(record: CsvRecord): boolean {
    return (
      this.#cells.every((cell, index) => {
        const read = this.#readers[index];
        return read === undefined ? isCellEmpty(record, cell) : read(record, cell) === '';
      }) &&
      !this.#sifter.states.includes('found') &&
      this.#templates.every((template) => template(record) === '')
    );
  }

  #count(): void {
    const { id } = this.#sifter;
    this.#ids.append(new Uint8Array(id.buffer, id.byteOffset, idWords * 4));
    this.rows += 1;
  }

  #hold(reason: HeldReason | undefined): void {
    const { code = '', field = '', parent = '' } = reason ?? {};
    const id = readLongId(this.#sifter.id);
    this.#heldText += `${[id, code, field, encodeCell(parent, ',')].join(',')}\n`;
    this.held += 1;
  }
}

const COMMA = 0x2c;
const [comma, newline] = [Buffer.from(','), Buffer.from('\n')];

/** For the update all parents are there. */
function withNothingLater(object: CopyObject): CopyObject {
  return { ...object, lookups: object.lookups.map((lookup) => ({ ...lookup, later: [] })) };
}
