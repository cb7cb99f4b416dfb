import { createReadStream } from 'node:fs';
import type { SObjectDescribe } from '../../api/types.js';
import { cellText, contentEnd, contentStart, isRecordEmpty, recordTexts } from '../../csv/cells.js';
import { detectDialect, dialectSampleBytes } from '../../csv/dialect.js';
import { idWords, writeId } from '../../csv/record-id.js';
import { IncompleteResultError, RecordReader, ResultFormatError } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { InputError } from '../../errors.js';
import { firstBytes } from '../../files/first-bytes.js';
import { idRule } from '../../load/check/id-rule.js';
import { ProblemLog } from '../../load/check/values.js';
import type { ByteInput } from '../../load/model/request.js';
import { requireReadable } from '../../load/plan/open-input.js';
import { stageInput } from '../../load/plan/stage.js';
import type { IdCollector } from './id-list.js';

const readBytes = 256 * 1024;

/** Names of the column that has the ids, in the order in which they are looked for: a result file of a load has the second. */
const idColumns = ['id', 'sf__id'];

export type ReadIdsOptions = {
  /** Of the object whose records they are; undefined: nothing is known of its ids. */
  readonly describe: SObjectDescribe | undefined;
  /** Where to put the input if it has to be written anew. */
  readonly spoolPath: string;
  readonly signal: AbortSignal | undefined;
};

/**
 * Reads record ids: the column `Id` of a file in any format that a load takes, or a list without a header, one id a line.
 * Ids have 15 or 18 characters.
 * @throws InputError it can't be read, has no such column, or has what is no id of the object; with all rows
 */
export async function readIds(
  input: ByteInput,
  ids: Pick<IdCollector, 'add' | 'taken'>,
  { describe, spoolPath, signal }: ReadIdsOptions,
): Promise<void> {
  await requireReadable([input]);
  const { source, isEmpty } = await stageInput(input, {
    reading: {},
    spoolPath,
    checked: (csv) => csv,
    signal,
  });
  const { path, bytes } = source;
  if (isEmpty) throw noIds(input.name);
  const sample = await firstBytes(path, dialectSampleBytes);
  const { delimiter, headerStart } = detectDialect(sample, { isWholeFile: sample.length === bytes });
  const stream = createReadStream(path, { start: headerStart, highWaterMark: readBytes, signal });
  const reader = new RecordReader(stream as AsyncIterable<Buffer>, delimiter);
  const check = new IdCheck(input.name, ids, describe);
  try {
    await reader.read(1, (record) => check.begin(record));
    await reader.read(Infinity, (record) => check.take(record));
  } catch (cause) {
    if (!(cause instanceof ResultFormatError || cause instanceof IncompleteResultError)) throw cause;
    throw new InputError([{ code: 'NOT_CSV', file: input.name, message: cause.message }], { cause });
  }
  check.requireSound();
  if (ids.taken === 0) throw noIds(input.name);
}

class IdCheck {
  readonly #file: string;
  readonly #ids: Pick<IdCollector, 'add'>;
  readonly #rule: ReturnType<typeof idRule>;
  readonly #log = new ProblemLog({ most: 20, mostOfAKind: 20 });
  readonly #id = new Uint32Array(idWords);
  #column = 0;
  #name: string | undefined;
  #row = 0;

  constructor(file: string, ids: Pick<IdCollector, 'add'>, describe: SObjectDescribe | undefined) {
    this.#file = file;
    this.#ids = ids;
    const { keyPrefix, name: object } = describe ?? { keyPrefix: null, name: '' };
    this.#rule = idRule({ relationshipName: null }, keyPrefix === null ? {} : { keyPrefix, object });
  }

  /** Takes the header, or the first id of a list that has none. */
  begin(record: CsvRecord): void {
    const names = recordTexts(record).map((name) => name.trim());
    const columns = idColumns.map((wanted) => names.findIndex((name) => name.toLowerCase() === wanted));
    this.#column = columns.find((column) => column >= 0) ?? -1;
    this.#name = names[this.#column];
    if (this.#column >= 0) {
      this.#requireOneColumn(names);
      return;
    }
    const [only] = names;
    if (names.length > 1 || !/^(?=.*\d)[a-z\d]{15}(?:[a-z\d]{3})?$/i.test(only ?? ''))
      throw noColumn(this.#file, names);
    this.#column = 0;
    this.take(record);
  }

  /** The ids of the other one would be left out. */
  #requireOneColumn(names: readonly string[]): void {
    const isIt = (name: string): boolean => name.toLowerCase() === this.#name?.toLowerCase();
    const alike = names.filter(isIt);
    if (alike.length === 1) return;
    const message = `There are ${alike.length} columns ${this.#name}: which of them has the ids can't be told.`;
    throw new InputError([{ code: 'DUPLICATE_COLUMN', file: this.#file, row: 0, message }], {
      actions: ['Remove all but one of them.'],
    });
  }

  take(record: CsvRecord): void {
    this.#row += 1;
    if (isRecordEmpty(record)) return;
    const { bytes } = record;
    const isPlain =
      this.#column < record.count &&
      this.#rule.passes(bytes, contentStart(record, this.#column), contentEnd(record, this.#column));
    const text = cellText(record, this.#column).trim();
    const fault = isPlain ? undefined : faultOf(text, this.#rule);
    if (fault === undefined && writeId(text, this.#id)) this.#ids.add(this.#id, this.#row);
    else this.#log.add({ ...(fault ?? notAnId), file: this.#file, row: this.#row, ...this.#where() });
  }

  requireSound(): void {
    const { problems, total } = this.#log;
    if (problems.length === 0) return;
    throw new InputError(problems, { total, actions: ['Fix or remove these rows.'] });
  }

  #where(): { readonly column?: string } {
    return this.#name === undefined ? {} : { column: this.#name };
  }
}

const notAnId = { code: 'BAD_ID', message: 'This is not an id of 15 or 18 characters.' };

function faultOf(
  text: string,
  rule: ReturnType<typeof idRule>,
): { code: string; message: string } | undefined {
  return text === '' || text === '#N/A'
    ? { code: 'EMPTY_ID', message: 'The id is missing.' }
    : rule.fault(text);
}

function noIds(file: string): InputError {
  return new InputError([{ code: 'EMPTY_FILE', file, message: 'There are no ids in it.' }]);
}

function noColumn(file: string, names: readonly string[]): InputError {
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
  return new InputError(
    [{ code: 'NO_ID_COLUMN', file, row: 0, message: `There is no column Id. The columns are: ${shown}.` }],
    { actions: ['Call the column with the ids Id, or give a list of ids without a header, one a line.'] },
  );
}
