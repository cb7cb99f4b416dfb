import { restApi } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import { encodeCell } from '../csv/cells.js';
import { idWords, writeId } from '../csv/record-id.js';
import { describer, type DescribeOf } from '../describe/describe.js';
import { InputError, RowCountError, UsageError, type InputProblem } from '../errors.js';
import { hashOf, isThere } from '../files/file-facts.js';
import { IdMap, IdMapWriter } from '../files/id-map.js';
import { endsPath, KeptReader, KeptWriter } from '../load/plan/kept-cells.js';
import { readEditedFiles, type WrittenFile } from '../load/retry/edited-files.js';
import { readResultRows, type ResultRow } from '../load/retry/result-rows.js';
import type { CopyEdits, CopyObject, CopyStep } from '../run/copy-record.js';
import type { LoadPlan } from '../run/record.js';
import { CopyMaps } from './copy-maps.js';
import { numberedId, sourceName } from './numbered-ids.js';
import { sendingOf, stepColumns } from './step-row.js';
import { ownFile, type CopyWork, type StepPlace } from './work.js';

/** The column of result files that says which record of the source a row is made of. */
export const sourceIdColumn = 'source__Id';

type Taking = Pick<CopyWork, 'runId' | 'journal' | 'contexts' | 'events'>;

/**
 * Takes the rows that failed, or were not processed, as they are in their files now, into files of the copy's own: a person may
 * have fixed them. Whatever becomes of the result files later, the round sends these rows.
 * @param round that is about to begin
 * @throws InputError a file can't be read, or has a row that is none of those that the copy has put there
 * @throws UsageError a file is gone, or has more rows than the copy has put there
 */
export async function takeEdits(work: Taking, round: number): Promise<CopyEdits[]> {
  const { api, signal } = work.contexts.target;
  const describeOf = describer(restApi(withRetry(api), signal));
  const edits: CopyEdits[] = [];
  for (const [step, each] of (work.journal.surveyed?.steps ?? []).entries()) {
    const last = work.journal.mapped.findLast(
      ({ step: of, files }) => of === step && (files.failed ?? files.unprocessed) !== null,
    );
    if (last === undefined) continue;
    if (last.isUnplaced === true) {
      work.events.emit('warning', unplaced(each));
      continue;
    }
    const files = (['failed', 'unprocessed'] as const).flatMap((kind): WrittenFile[] => {
      const path = last.files[kind];
      return path === null ? [] : [{ kind, path, rows: last.counts[kind] }];
    });
    await requireThere(files, work);
    edits.push(await takeStep(work, { place: { round, step }, step: each, files, describeOf }));
  }
  return edits;
}

type StepTaking = {
  readonly place: StepPlace;
  readonly step: CopyStep;
  readonly files: readonly WrittenFile[];
  readonly describeOf: DescribeOf;
};

async function takeStep(work: Taking, { place, step, files, describeOf }: StepTaking): Promise<CopyEdits> {
  const object = work.journal.plan.objects.find((each) => each.object === step.object);
  if (object === undefined) throw new TypeError(`${step.object} is not in the plan.`);
  const { signal } = work.contexts.target;
  const paths = editPathsOf(work, place);
  const own = stepColumns(object, step);
  const now = await readEditedFiles({
    plan: planOf(object, step, own),
    files,
    describeOf,
    pathFor: (name) => `${paths.lines}.${name}`,
    signal,
  });
  const columns = now.plan.columns.filter((name) => !own.includes(name));
  using taker = new EditTaker(work, place, object);
  for (const file of now.files) {
    const form = { columns: [...own, ...columns], kept: [sourceIdColumn], nameInFile: now.nameInFile };
    const name = files.find(({ kind }) => kind === file.kind)?.path ?? file.path;
    const take = (row: ResultRow): void => taker.take(row, name);
    await readResultRows(file, { ...form, delimiter: ',', parent: -1 }, take, () => {
      signal?.throwIfAborted();
      return Promise.resolve();
    });
  }
  await taker.finish(now.rows, files);
  for (const warning of now.warnings) work.events.emit('warning', warning);
  return { step: place.step, columns, sha256: await hashesOf(paths) };
}

/** As a load's plan says what its result files are like. */
function planOf(object: CopyObject, step: CopyStep, columns: readonly string[]): LoadPlan {
  return {
    ...sendingOf(object, step),
    object: step.object,
    columns,
    header: columns.map((name) => encodeCell(name, ',')).join(','),
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    keptColumns: [sourceIdColumn],
    sources: [],
    parts: [],
    rows: 0,
    concurrency: 1,
    resultsDir: '',
  };
}

const mostProblems = 20;

/** Takes fixed rows by the ids of their records in the source. */
class EditTaker implements Disposable {
  readonly #object: CopyObject;
  readonly #lines: KeptWriter;
  readonly #map: IdMapWriter;
  /** What became of the step's records so far. */
  readonly #before = new CopyMaps();
  readonly #id = new Uint32Array(idWords);
  readonly #problems: InputProblem[] = [];
  #rows = 0;
  #read = 0;

  constructor(work: Taking, place: StepPlace, object: CopyObject) {
    const paths = editPathsOf(work, place);
    this.#object = object;
    this.#lines = new KeptWriter(paths.lines);
    this.#map = new IdMapWriter(paths.map);
    for (const { round, step } of work.journal.mapped)
      if (step === place.step) this.#before.add(object.object, ownFile(work, `map-${round}-${step}`));
  }

  take({ line, kept, number }: ResultRow, file: string): void {
    this.#read += 1;
    const { object } = this.#object;
    const text = kept.toString().replaceAll('"', '').trim();
    const isId = this.#readId(text);
    // What was loaded since stays as it is, wherever its row still is.
    if (isId && this.#before.find(object, this.#id) instanceof Uint32Array) return;
    if (isId && this.#before.sentAs(object, this.#id) !== undefined) {
      this.#lines.add(line);
      this.#rows += 1;
      this.#map.add(this.#id, new Uint32Array([this.#rows, 0, 0]));
    } else if (this.#problems.length < mostProblems)
      this.#problems.push({ ...unknownRecord(text, object), file, row: number, column: sourceIdColumn });
  }

  /**
   * @param rows that were counted in the files before
   * @throws InputError a row is of no record that the step has sent, or of one that has another row
   */
  async finish(rows: number, files: readonly WrittenFile[]): Promise<void> {
    const names = files.map(({ path }) => path).join(' and ');
    if (this.#problems.length > 0) throw new InputError(this.#problems, { actions: [retryOnceFixed] });
    if (this.#read !== rows)
      throw new UsageError(`${names} changed while the rows were read.`, {
        actions: ['Retry once they are saved.'],
      });
    this.#lines.close();
    const twice = await this.#map.finish();
    if (twice === undefined) return;
    const message = `The record ${sourceName(this.#object, twice)} has several rows: remove all but one of them.`;
    throw new InputError([{ code: 'ROW_TWICE', file: names, column: sourceIdColumn, message }], {
      actions: [retryOnceFixed],
    });
  }

  [Symbol.dispose](): void {
    this.#lines.close();
    this.#map.discard();
    this.#before.close();
  }

  /** A record of a file without ids is known by its number. */
  #readId(text: string): boolean {
    const { file, keyPrefix } = this.#object;
    const isNumber = file?.isNumbered === true && /^[1-9]\d{0,9}$/.test(text);
    return writeId(isNumber ? numberedId(keyPrefix, Number(text)) : text, this.#id);
  }
}

const retryOnceFixed = 'Fix the file, then retry. Nothing was sent.';

function unknownRecord(text: string, object: string): Pick<InputProblem, 'code' | 'message'> {
  return text === ''
    ? {
        code: 'ID_MISSING',
        message: 'It is empty, so that it is not known which record the row is of. Put the id back.',
      }
    : {
        code: 'UNKNOWN_RECORD',
        message: `"${text}" is no record of ${object} that failed here. Rows can be changed and removed, not added.`,
      };
}

function unplaced({ object }: CopyStep): string {
  return `The rows of ${object} that failed can't be told apart, and are sent as they were: what was fixed in their file is ignored.`;
}

/** @throws UsageError a file is gone: without it nobody knows what a person has removed from it */
async function requireThere(files: readonly WrittenFile[], { journal }: Taking): Promise<void> {
  for (const { path } of files) {
    if (await isThere(path)) continue;
    throw new UsageError(`The result file ${path} is not there any more.`, {
      actions: [
        'Put it back, then retry.',
        `Or copy again with --known-ids ${journal.plan.resultsDir}: what is in the target is not created twice.`,
      ],
      data: { path },
    });
  }
}

type EditPaths = { readonly lines: string; readonly map: string };

function editPathsOf(work: Pick<CopyWork, 'runId' | 'contexts'>, { round, step }: StepPlace): EditPaths {
  const path = (name: string): string => ownFile(work, `edit-${round}-${step}-${name}`);
  return { lines: path('lines'), map: path('map') };
}

function hashesOf({ lines, map }: EditPaths): Promise<string[]> {
  return Promise.all([lines, endsPath(lines), map].map((path) => hashOf(path)));
}

/** The rows of a step that a person has had in hand before a round. */
export class StepEdits {
  /** Fields that are sent behind those of the step. */
  readonly columns: readonly string[];
  readonly #lines: KeptReader;
  readonly #map: IdMap;

  private constructor({ lines, map }: EditPaths, columns: readonly string[]) {
    this.columns = columns;
    this.#lines = new KeptReader(lines);
    this.#map = IdMap.open(map);
  }

  /**
   * @returns undefined where there are none
   * @throws RowCountError they are not what they were when the round began
   */
  static async open(work: CopyWork, place: StepPlace): Promise<StepEdits | undefined> {
    const edits = work.journal.editsOf(place);
    if (edits === undefined) return undefined;
    const paths = editPathsOf(work, place);
    const hashes = await hashesOf(paths);
    if (hashes.join() !== edits.sha256.join())
      throw new RowCountError(`The rows that were fixed are not what they were any more: ${paths.lines}`);
    return new StepEdits(paths, edits.columns);
  }

  /** The row of a record, with all columns, until the next one is asked for; undefined for one that is not to be sent. */
  lineOf(id: Uint32Array): Buffer | undefined {
    const number = this.#map.get(id)?.[0];
    return number === undefined ? undefined : this.#lines.read(number);
  }

  close(): void {
    this.#lines[Symbol.dispose]();
    this.#map.close();
  }
}
