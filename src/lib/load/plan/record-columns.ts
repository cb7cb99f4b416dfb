import type { DescribeField } from '../../api/types.js';
import { fieldIndexOf, type FieldIndex } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';
import { conversionFor, type Conversion } from '../../formats/conversion.js';
import { TimeZone } from '../../formats/time-zone.js';
import type { RecordsToCsvOptions } from '../../input/records-to-csv.js';
import type { XlsxOptions } from '../../input/xlsx.js';
import { fieldsFor } from '../../mapping/mapping.js';
import type { LoadRequest } from '../model/request.js';
import { takesNull } from '../check/presence.js';
import { fieldNamed } from './by-label.js';
import type { LoadTarget } from './target.js';

/** A column whose values may be converted. */
export type ConvertedColumn = { readonly name: string; readonly conversion?: Conversion };

type ColumnQuestions = Required<
  Pick<
    RecordsToCsvOptions,
    'isDateColumn' | 'convertText' | 'convertNumber' | 'takesNull' | 'isParent' | 'isIgnored'
  > &
    Pick<XlsxOptions, 'typeOf'>
>;

/**
 * What the fields tell of the columns of inputs of records. Records have dates that are points in time, and nulls; only the
 * fields tell whether the time counts, and whether they take a null: a checkbox doesn't.
 */
export class RecordColumns implements ColumnQuestions {
  readonly #request: LoadRequest;
  readonly #fields: FieldIndex | undefined;
  /** By the column: asked for with each value that is null, a day or text. */
  readonly #fieldsByColumn = new Map<string, readonly DescribeField[]>();
  readonly #conversions = new Map<string, Conversion | undefined>();

  constructor(request: LoadRequest, target: LoadTarget | undefined) {
    this.#request = request;
    this.#fields = target === undefined ? undefined : fieldIndexOf(target.describe);
  }

  readonly isDateColumn = (column: string): boolean =>
    this.#fieldsOf(column).some(({ type }) => type === 'date');

  readonly typeOf = (column: string): string | undefined => this.#fieldsOf(column)[0]?.type;

  readonly takesNull = (column: string): boolean =>
    !this.#isKeptOnly(column) &&
    this.#fieldsOf(column).every(
      (field) => this.#fields !== undefined && takesNull(field, this.#fields.describe),
    );

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

  readonly convertText = (column: string, text: string): string =>
    this.#conversionOf(column)?.convert(text) ?? text;

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
    return [...this.#conversions].flatMap(([name, conversion]) =>
      conversion === undefined ? [] : [{ name, conversion }],
    );
  }

  /** What is not sent means nothing to the service, and stays empty for the result files. */
  #isKeptOnly(column: string): boolean {
    const fields = this.#fields;
    if (this.#request.keepColumns !== true || fields === undefined || column.includes('.')) return false;
    return this.#fieldsOf(column).length === 0 && fields.relationship(column) === undefined;
  }

  #conversionOf(column: string): Conversion | undefined {
    const { formats } = this.#request.columns;
    if (formats === undefined) return undefined;
    if (!this.#conversions.has(column)) {
      this.#conversions.set(column, conversionFor(this.#fieldsOf(column)[0]?.type ?? '', formats));
    }
    return this.#conversions.get(column);
  }

  /** The fields that a column sets. */
  #fieldsOf(column: string): readonly DescribeField[] {
    let known = this.#fieldsByColumn.get(column);
    if (known === undefined) this.#fieldsByColumn.set(column, (known = this.#findFields(column)));
    return known;
  }

  #findFields(column: string): readonly DescribeField[] {
    const fields = this.#fields;
    if (fields === undefined) return [];
    const {
      operation,
      columns: { mapping, mapByLabel },
    } = this.#request;
    const nameOf = (name: string): string =>
      mapByLabel === true ? fieldNamed(name, { fields, operation }) : name;
    return fieldsFor(mapping, column).flatMap((name) => fields.field(nameOf(name)) ?? []);
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
