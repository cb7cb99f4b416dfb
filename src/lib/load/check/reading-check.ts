import type { SObjectDescribe } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';
import { readerAgain, type CellAgain } from '../../formats/convert-again.js';
import { conversionFor } from '../../formats/conversion.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import { conversionFault } from './conversion-fault.js';
import { recordBooleanRule } from './rules.js';
import { cellsOf } from '../model/result-sets.js';
import { wasNotSent } from '../model/not-sent.js';

/** How a load reads the values of a field. */
type Reading = {
  readonly name: string;
  readonly index: number;
  /** What is wrong with a cell of the load's own input. */
  readonly faultOf: (text: string) => Fault | undefined;
  /** What is wrong with a cell that no load has written. */
  readonly doubtOf?: ((text: string) => Fault | undefined) | undefined;
  /** Whether a cell may have been written by the load. */
  readonly isInForm: (text: string) => boolean;
};

type Fault = Pick<InputProblem, 'code' | 'message'>;

/** Knows how a load has read the columns of a result file: its formats count for what a person writes there. */
export class ReadingCheck {
  readonly #readings: readonly Reading[];
  readonly #errorCell: number;

  /** @param header of the file @param formats of the load */
  constructor(header: readonly string[], describe: SObjectDescribe, formats: ValueFormats = {}) {
    const fields = fieldIndexOf(describe);
    this.#errorCell = cellsOf(header, ['sf__Error'])[0] ?? -1;
    this.#readings = header.flatMap((given, index): Reading[] => {
      const name = given.trim();
      const type = fields.field(name)?.type ?? '';
      const conversion = conversionFor(type, formats);
      if (conversion !== undefined) {
        const again = readerAgain(type, conversion);
        const faultOf = (text: string): Fault | undefined => conversionFault(text, conversion);
        const doubtOf = numberTypes.has(type) ? (text: string) => doubtIn(again(text)) : undefined;
        return [{ name, index, faultOf, doubtOf, isInForm: (text) => again(text) !== undefined }];
      }
      if (type !== 'boolean') return [];
      return [{ name, index, faultOf: recordBooleanRule.fault, isInForm: () => true }];
    });
  }

  /**
   * Tells of values that the load could not read and that are as they were. They may look as if it had written them, such as `1.23`
   * of a load with decimal commas. A person who writes `1.234` in their place may mean that, or what the load would make of it.
   */
  unread(record: CsvRecord, row: number): InputProblem[] {
    const error = this.#errorCell < 0 ? '' : cellText(record, this.#errorCell);
    if (!wasNotSent(error)) return [];
    return this.#readings.flatMap(({ name: column, index, faultOf, doubtOf }) => {
      const text = index < record.count ? cellText(record, index) : '';
      const fault = text === '' ? undefined : faultOf(text);
      if (fault !== undefined) return isReason(error, column, fault) ? [{ ...fault, row, column }] : [];
      const doubt = isReason(error, column, { message: '"' }) ? doubtOf?.(text) : undefined;
      return doubt === undefined ? [] : [{ ...doubt, row, column }];
    });
  }

  /** The same of those values alone that look as if the load had written them; any other is none that it could read. */
  unreadInForm(record: CsvRecord, row: number): InputProblem[] {
    return this.unread(record, row).filter(({ code, column }) => {
      const { index = -1, isInForm } = this.#readings.find(({ name }) => name === column) ?? {};
      return code !== 'AMBIGUOUS_VALUE' && isInForm?.(cellText(record, index)) === true;
    });
  }

  /** What is wrong with a value, in the words of the load where it is not in the service's form. */
  inWordsOfLoad(problem: InputProblem, record: CsvRecord): InputProblem {
    const reading = this.#readings.find(({ name }) => name.toLowerCase() === problem.column?.toLowerCase());
    if (reading === undefined || reading.index >= record.count) return problem;
    const text = cellText(record, reading.index);
    return text === '' || reading.isInForm(text) ? problem : { ...problem, ...reading.faultOf(text) };
  }
}

const numberTypes = new Set(['int', 'long', 'double', 'currency', 'percent']);

function doubtIn({ written = '', typed }: Partial<CellAgain> = {}): Fault | undefined {
  if (typed === undefined) return undefined;
  const message = `"${written}" can be ${typed}, as the load reads it, or ${written}. Write ${typed} or ${written.replace('.', ',')}.`;
  return { code: 'AMBIGUOUS_VALUE', message };
}

/** Whether a load has set a row aside for this. */
function isReason(error: string, column: string, { message }: Pick<Fault, 'message'>): boolean {
  return [` ${column}: ${message}`, ` ${column} is invalid: ${message}`].some((reason) =>
    error.includes(reason),
  );
}
