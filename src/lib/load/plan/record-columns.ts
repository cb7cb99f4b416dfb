import type { DescribeField } from '../../api/types.js';
import { fieldIndexOf, type FieldIndex } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';
import type { Conversion } from '../../formats/conversion.js';
import { TimeZone } from '../../formats/time-zone.js';
import type { Unholdable } from '../../input/cell-text.js';
import { nullText } from '../../input/flatten-record.js';
import { namesParentKey, type RecordsToCsvOptions } from '../../input/records-to-csv.js';
import type { XlsxOptions } from '../../input/xlsx.js';
import { fieldsFor } from '../../mapping/mapping.js';
import type { LoadRequest } from '../model/request.js';
import { conversionFault } from '../check/conversion-fault.js';
import { takesNull } from '../check/presence.js';
import { fieldNamed } from './by-label.js';
import { conversionIn, isResultFile } from './result-file.js';
import type { LoadTarget } from './target.js';

/** A column whose values may be converted. */
export type ConvertedColumn = { readonly name: string; readonly conversion?: Conversion };

/** What those who read records ask of their columns. */
export type ColumnQuestions = Pick<
  RecordsToCsvOptions,
  | 'isDateColumn'
  | 'convertText'
  | 'convertNumber'
  | 'takesNull'
  | 'clearsWhenEmpty'
  | 'isParent'
  | 'isIgnored'
  | 'onColumns'
> &
  Pick<XlsxOptions, 'instantOf' | 'typeOf'>;

/**
 * What the fields tell of the columns of inputs of records. Records have dates that are points in time, and nulls; only the
 * fields tell whether the time counts, and whether they take a null: a checkbox doesn't, nor does the key of a parent.
 */
export class RecordColumns implements Required<Omit<ColumnQuestions, 'instantOf'>> {
  readonly #request: LoadRequest;
  readonly #fields: FieldIndex | undefined;
  /** By the column: asked for with each value that is null, a day or text. */
  readonly #fieldsByColumn = new Map<string, readonly DescribeField[]>();
  readonly #takesNull = new Map<string, boolean>();
  /** Of result files, and of all others. */
  readonly #conversions = [true, false].map(() => new Map<string, Conversion | undefined>());
  #isResult = false;

  constructor(request: LoadRequest, target: LoadTarget | undefined) {
    this.#request = request;
    this.#fields = target === undefined ? undefined : fieldIndexOf(target.describe);
  }

  readonly onColumns = (names: readonly string[], file: string): void => {
    this.#isResult = isResultFile(file, names);
  };

  readonly isDateColumn = (column: string): boolean =>
    this.#fieldsOf(column).some(({ type }) => type === 'date');

  readonly typeOf = (column: string): string | undefined => this.#fieldsOf(column)[0]?.type;

  readonly takesNull = (column: string): boolean => {
    let known = this.#takesNull.get(column);
    if (known === undefined) this.#takesNull.set(column, (known = this.#findTakesNull(column)));
    return known;
  };

  /** As of a cell of CSV. A parent's key that is empty text is one that somebody has emptied, and no parent without it. */
  readonly clearsWhenEmpty = (column: string): boolean =>
    this.#request.columns.emptyAsNull === true && this.#isCleared(column);

  /** An insert loses nothing with a parent that is null in all records; an update may want it cleared, and has to name the field. */
  readonly isParent = (column: string): boolean => {
    const {
      operation,
      columns: { mapping },
    } = this.#request;
    const fields = this.#fields;
    return (
      operation === 'insert' &&
      fieldsFor(mapping, column)[0] === column &&
      fields?.field(column) === undefined &&
      fields?.relationship(column) !== undefined
    );
  };

  /** Once they are text of a cell, what was a number and what was not converted look alike: the fault is told here. */
  readonly convertText = (column: string, text: string): string | Unholdable => {
    const conversion = text === '' || text === nullText ? undefined : this.#conversionOf(column);
    if (conversion === undefined) return text;
    const fault = this.#request.preflight ? conversionFault(text, conversion) : undefined;
    if (fault !== undefined) return { what: `is invalid: ${fault.message.replace(/\.$/, '')}` };
    return conversion.convert(text) ?? text;
  };

  /** A number is what it is, but in a checkbox, which has words for yes and no. */
  readonly convertNumber = (column: string, value: number | bigint): string | undefined =>
    this.typeOf(column) === 'boolean' ? this.#conversionOf(column)?.convert(String(value)) : undefined;

  /** What is no field, and is neither sent nor kept. */
  readonly isIgnored = (column: string): boolean => {
    const { columns, keepColumns } = this.#request;
    if (keepColumns === true) return false;
    if (fieldsFor(columns.mapping, column).length === 0) return true;
    if (columns.ignoreUnknown !== true || column.includes('.')) return false;
    const isParent = this.#fields?.relationship(column) !== undefined;
    return this.#fields !== undefined && !isParent && this.#fieldsOf(column).length === 0;
  };

  /** Of sheets, whose times have no zone. */
  get instantOf(): ((localMs: number) => number | undefined) | undefined {
    const { timeZone } = this.#request.columns.formats ?? {};
    if (timeZone === undefined) return undefined;
    const zone = new TimeZone(timeZone);
    return (localMs) => zone.instantOf(localMs);
  }

  /** Those that were asked for. */
  get converted(): readonly ConvertedColumn[] {
    return this.#conversions
      .flatMap((conversions) => [...conversions])
      .flatMap(([name, conversion]) => (conversion === undefined ? [] : [{ name, conversion }]));
  }

  /** What is not sent means nothing to the service, and stays empty for the result files. */
  #isKeptOnly(column: string): boolean {
    const fields = this.#fields;
    if (this.#request.keepColumns !== true || fields === undefined || column.includes('.')) return false;
    return this.#fieldsOf(column).length === 0 && fields.relationship(column) === undefined;
  }

  #conversionOf(column: string): Conversion | undefined {
    const { formats } = this.#request.columns;
    const conversions = this.#conversions[this.#isResult ? 0 : 1];
    if (formats === undefined || conversions === undefined) return undefined;
    if (!conversions.has(column)) {
      const { type = '' } = this.#fieldsOf(column)[0] ?? {};
      conversions.set(column, conversionIn(this.#isResult, type, formats));
    }
    return conversions.get(column);
  }

  /** The fields that a column sets. */
  #fieldsOf(column: string): readonly DescribeField[] {
    let known = this.#fieldsByColumn.get(column);
    if (known === undefined) this.#fieldsByColumn.set(column, (known = this.#findFields(column)));
    return known;
  }

  #findFields(column: string): readonly DescribeField[] {
    return this.#namesOf(column).flatMap((name) => this.#fields?.field(name) ?? []);
  }

  #findTakesNull(column: string): boolean {
    return !this.#namesOf(column).some(namesParentKey) && this.#isCleared(column);
  }

  /** Whether `#N/A` clears what a column sets. */
  #isCleared(column: string): boolean {
    const fields = this.#fields;
    return (
      !this.#isKeptOnly(column) &&
      this.#fieldsOf(column).every((field) => fields !== undefined && takesNull(field, fields.describe))
    );
  }

  /** What a column sets, as the service calls it. */
  #namesOf(column: string): readonly string[] {
    const {
      operation,
      columns: { mapping, mapByLabel },
    } = this.#request;
    const fields = this.#fields;
    const names = fieldsFor(mapping, column);
    if (mapByLabel !== true || fields === undefined) return names;
    return names.map((name) => fieldNamed(name, { fields, operation }));
  }
}

/** An example of each column: a pattern may fit what it was not meant for. */
export function conversionNotice(columns: readonly ConvertedColumn[]): InputProblem[] {
  const examples = new Map<string, string>();
  for (const { name, conversion } of columns) {
    const example = conversion?.example;
    if (example === undefined || examples.has(name)) continue;
    examples.set(name, `${name}: ${JSON.stringify(example.from)} becomes ${example.to}`);
  }
  if (examples.size === 0) return [];
  return [{ code: 'CONVERTED', message: `Values are converted. ${[...examples.values()].join('; ')}.` }];
}
