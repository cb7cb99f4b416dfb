import { createHash, type Hash } from 'node:crypto';
import { cellBytes, encodeCell } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { PartFile } from '../../files/part-file.js';
import { TextFile } from '../../files/text-file.js';
import { KeptWriter } from '../../load/plan/kept-cells.js';
import { ByteSink } from '../../output/byte-sink.js';
import type { CopyLeft, CopyLookup, CopyObject, CopyOwners, CopyStep } from '../../run/copy-record.js';
import { finderByName } from '../match/by-name.js';
import { findParent, type CopyMaps } from '../model/copy-maps.js';
import { isLeftAlone } from '../model/steps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import type { IsCopied } from '../survey/looks-ahead.js';
import { LaterLookups } from '../survey/later-lookups.js';
import { idWords, readId, readLongId } from '../../csv/record-id.js';
import { sourceName } from '../model/numbered-ids.js';
import type { StepEdits } from './edits.js';
import type { RowLevels } from '../model/row-levels.js';
import { Sifter, type HeldReason } from '../survey/sifter.js';
import type { StepPaths } from '../model/own-files.js';
import { StepRow, stepColumns } from './step-row.js';

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
  /** Whether a parent that is loaded later will be there; absent where no record is held for it. */
  readonly isCopied: IsCopied | undefined;
  /** By row; absent where the object does not refer to itself. */
  readonly levels: RowLevels | undefined;
  /** Records that a round before has loaded are passed over. */
  readonly isRetry: boolean;
  /** Rows that failed before, as they are in their files now; absent where they are sent as they were. */
  readonly edits: StepEdits | undefined;
  readonly paths: StepPaths;
};

/** What was written. */
export type StepFile = {
  readonly rows: number;
  readonly held: number;
  /** Rows that failed before and are in their files no longer: they stay what they are. */
  readonly left?: CopyLeft;
  readonly sha256: string;
};

export const heldHeader = 'source__Id,reason,field,parent__Id\n';

/** Writes the rows of a step: a pure function of the export, of what was fixed, and of the maps that earlier steps have made. */
export async function writeStepFile(setup: StepFileSetup): Promise<StepFile> {
  const files = {
    rows: await PartFile.open(setup.paths.rows),
    ids: await PartFile.open(setup.paths.ids),
    held: await TextFile.open(setup.paths.held),
  };
  const names = new KeptWriter(setup.paths.names);
  try {
    const writer = new StepWriter(setup, names);
    const hash = createHash('sha256');
    const flush = (): Promise<void> => writer.drain(files, hash);
    await setup.exported.scan((record, row) => writer.read(record, row), flush);
    await flush();
    names.close();
    for (const file of Object.values(files)) await file.commit();
    return { rows: writer.rows, held: writer.held, left: writer.left, sha256: hash.digest('hex') };
  } catch (error) {
    names.close();
    await Promise.allSettled(Object.values(files).map((file) => file.discard()));
    throw error;
  }
}

type Outputs = Readonly<Record<'rows' | 'ids', PartFile>> & {
  readonly held: TextFile;
};

class StepWriter {
  rows = 0;
  held = 0;
  readonly left = { failed: 0, unprocessed: 0 };
  readonly #setup: StepFileSetup;
  readonly #sifter: Sifter;
  /** Of an update at the end. */
  readonly #later: LaterLookups | undefined;
  readonly #row: StepRow;
  readonly #names: KeptWriter;
  readonly #idCell: number;
  /** Of the record that was read last. */
  readonly #idBytes: Uint8Array;
  readonly #out = new ByteSink();
  readonly #ids = new ByteSink();
  #heldText = heldHeader;

  constructor(setup: StepFileSetup, names: KeptWriter) {
    const { object, step, exported, prefixes, matches, edits } = setup;
    this.#setup = setup;
    this.#names = names;
    this.#row = new StepRow(setup);
    this.#idCell = exported.indexOf('Id');
    const sifting = {
      object,
      columns: exported.columns,
      prefixes,
      find: (name: string, id: Uint32Array) => findParent(name, id, setup),
      findByName: finderByName(object, setup.owners),
      isMatched: (id: Uint32Array) => matches.find(object.object, id) !== undefined,
      isCopied: setup.isCopied,
    };
    this.#later = step.kind === 'later' ? new LaterLookups(sifting) : undefined;
    this.#sifter = this.#later?.after ?? new Sifter(sifting);
    const { id } = this.#sifter;
    this.#idBytes = new Uint8Array(id.buffer, id.byteOffset, idWords * 4);
    const columns = [...stepColumns(object, step), ...(edits?.columns ?? [])];
    this.#out.append(Buffer.from(`${columns.map((name) => encodeCell(name, ',')).join(',')}\n`));
  }

  read(record: CsvRecord, row: number): void {
    if (this.#later === undefined) this.#readForLoad(record, row);
    else this.#readForUpdate(record, row, this.#later);
  }

  async drain({ rows, ids, held }: Outputs, hash: Hash): Promise<void> {
    await this.#out.drain(rows, hash);
    await this.#ids.drain(ids);
    await held.write(this.#heldText);
    this.#heldText = '';
  }

  #readForLoad(record: CsvRecord, row: number): void {
    const { step, levels, isRetry, maps, matches, object } = this.#setup;
    if ((levels?.of(row) ?? 0) !== step.level) return;
    const sifter = this.#sifter;
    const verdict = sifter.read(record, levels?.follows(row) ?? 'all');
    if (verdict === 'outside') return;
    const target = matches.find(object.object, sifter.id);
    const matched = target instanceof Uint32Array ? readId(target) : undefined;
    if ((matched !== undefined) !== (step.kind === 'update')) return;
    if (isRetry && this.#isDone(maps, record)) return;
    const inCircle = sifter.states.includes('own') ? this.#requiredOwn() : undefined;
    const nullField = this.#row.nullMarked(record);
    if (verdict === 'held') this.#hold(sifter.reason);
    else if (inCircle !== undefined)
      this.#hold({ code: 'PARENTS_FORM_A_CIRCLE', field: inCircle.field, parent: '' });
    else if (matched === undefined && object.operation === 'update')
      this.#hold({ code: 'NO_MATCH', field: '', parent: '' });
    else if (nullField !== undefined)
      this.#hold({ code: 'VALUE_IS_NULL_MARK', field: nullField, parent: '' });
    else if (this.#row.put(this.#out, record, { sifter, id: matched })) this.#endRow(record);
    else this.#hold({ code: 'NOTHING_TO_SEND', field: '', parent: '' });
  }

  /** The lookup that must have a value, and has a parent that is not there yet. */
  #requiredOwn(): CopyLookup | undefined {
    const { states } = this.#sifter;
    return this.#setup.object.lookups.find(({ isRequired }, index) => isRequired && states[index] === 'own');
  }

  /** Whether nothing is to be decided of a record any more: it was loaded, or a person has had its row in hand. */
  #isDone(maps: CopyMaps, record: CsvRecord): boolean {
    const { object, edits } = this.#setup;
    const { id } = this.#sifter;
    if (maps.find(object.object, id) instanceof Uint32Array) return true;
    const sent = edits === undefined ? undefined : maps.sentAs(object.object, id);
    if (edits === undefined || sent === undefined) return false;
    const line = edits.lineOf(id);
    if (line === undefined) this.left[sent] += 1;
    else {
      this.#out.append(line);
      this.#endRow(record);
    }
    return true;
  }

  /** A row for a record that is in the target, with all of its lookups that were left out before. */
  #readForUpdate(record: CsvRecord, row: number, later: LaterLookups): void {
    const { levels, isRetry, filled, maps, matches, object } = this.#setup;
    const sifter = later.after;
    const wanted = later.read(record, levels?.follows(row) ?? 'all');
    if (wanted.length === 0) return;
    if (isLeftAlone(object) && matches.find(object.object, sifter.id) !== undefined) return;
    const target = maps.find(object.object, sifter.id);
    if (!(target instanceof Uint32Array)) return;
    const id = readId(target);
    if (isRetry && this.#isDone(filled, record)) return;
    // All at once, so that a record that was updated is done with.
    if (later.isHeld(wanted)) {
      this.#hold(sifter.reason);
      return;
    }
    if (!wanted.some((index) => sifter.states[index] === 'found')) return;
    const cells = object.lookups.map((_, index) => (wanted.includes(index) ? sifter.targets[index] : ''));
    this.#out.append(Buffer.from(`${id},${cells.join(',')}`));
    this.#endRow(record);
  }

  #endRow(record: CsvRecord): void {
    const { object } = this.#setup;
    const { id } = this.#sifter;
    this.#out.append(newline);
    this.#ids.append(this.#idBytes);
    const isNumbered = object.file?.isNumbered === true;
    this.#names.add(isNumbered ? Buffer.from(sourceName(object, id)) : cellBytes(record, this.#idCell));
    this.rows += 1;
  }

  #hold(reason: HeldReason | undefined): void {
    const { code = '', field = '', parent = '' } = reason ?? {};
    const id = readLongId(this.#sifter.id);
    this.#heldText += `${[id, code, field, encodeCell(parent, ',')].join(',')}\n`;
    this.held += 1;
  }
}

const newline = Buffer.from('\n');
