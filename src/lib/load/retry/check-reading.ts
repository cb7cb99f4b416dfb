import type { SObjectDescribe } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { DescribeOf } from '../../describe/describe.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import type { InputProblem } from '../../errors.js';
import { readerAgain } from '../../formats/convert-again.js';
import { conversionFor } from '../../formats/conversion.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import type { LoadPlan } from '../../run/record.js';
import { conversionFault } from '../check/conversion-fault.js';
import { recordBooleanRule } from '../check/rules.js';
import { cellsOf } from '../model/result-sets.js';
import { PlaceSet, placeIn } from './place-set.js';

/** How a load reads the values of a field. */
type Reading = {
  readonly name: string;
  readonly index: number;
  /** What is wrong with a cell of the load's own input. */
  readonly faultOf: (text: string) => Fault | undefined;
  /** Whether a cell may have been written by the load. */
  readonly isInForm: (text: string) => boolean;
};

type Fault = Pick<InputProblem, 'code' | 'message'>;

/** Knows how a load has read the columns of a result file: its formats count for what a person writes there. */
export class ReadingCheck {
  readonly #readings: readonly Reading[];
  readonly #errorCell: number;

  /** @param header of the file */
  constructor(header: readonly string[], { options }: LoadPlan, describe: SObjectDescribe) {
    const fields = fieldIndexOf(describe);
    const formats = (options?.formats ?? {}) as ValueFormats;
    this.#errorCell = cellsOf(header, ['sf__Error'])[0] ?? -1;
    this.#readings = header.flatMap((given, index) => {
      const name = given.trim();
      const type = fields.field(name)?.type ?? '';
      const conversion = conversionFor(type, formats);
      if (conversion !== undefined) {
        const again = readerAgain(type, conversion);
        const faultOf = (text: string): Fault | undefined => conversionFault(text, conversion);
        return [{ name, index, faultOf, isInForm: (text) => again(text) !== undefined }];
      }
      if (type !== 'boolean') return [];
      return [{ name, index, faultOf: recordBooleanRule.fault, isInForm: () => true }];
    });
  }

  /**
   * Tells of values that the load could not read and that are as they were. They may look as if it had written them, such as `1.23`
   * of a load with decimal commas.
   */
  unread(record: CsvRecord, row: number): InputProblem[] {
    const error = this.#errorCell < 0 ? '' : cellText(record, this.#errorCell);
    if (!error.startsWith('NOT_SENT')) return [];
    return this.#readings.flatMap(({ name: column, index, faultOf }) => {
      const text = index < record.count ? cellText(record, index) : '';
      const fault = text === '' ? undefined : faultOf(text);
      return fault !== undefined && isReason(error, column, fault) ? [{ ...fault, row, column }] : [];
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

/**
 * Finds the rows of a file that are to be checked with `unread`, before what a person has written there is converted: it may look then as
 * it did before.
 */
export class UnreadRows {
  /** By the numbers of the rows. */
  readonly places = new PlaceSet();
  readonly #plan: LoadPlan;
  readonly #describe: SObjectDescribe | undefined;

  private constructor(plan: LoadPlan, describe: SObjectDescribe | undefined) {
    this.#plan = plan;
    this.#describe = describe;
  }

  /** Of a load without checks none are found. */
  static async of(plan: LoadPlan, describeOf: DescribeOf): Promise<UnreadRows> {
    return new UnreadRows(plan, plan.isUnchecked === true ? undefined : await describeOf(plan.object));
  }

  /** @returns is to be given each row of the file */
  noterOf(header: readonly string[]): (record: CsvRecord) => void {
    const reading = this.#describe && new ReadingCheck(header, this.#plan, this.#describe);
    let row = 0;
    return (record) => {
      row += 1;
      if (reading !== undefined && reading.unread(record, row).length > 0) this.places.add(placeIn(row));
    };
  }
}

/** Whether a load has set a row aside for this. */
function isReason(error: string, column: string, { message }: Fault): boolean {
  return [`${column}: ${message}`, `${column} is invalid: ${message}`].some((reason) =>
    error.includes(reason),
  );
}
