import type { SObjectDescribe } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { DescribeOf } from '../../describe/describe.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import type { LoadPlan } from '../../run/record.js';
import { ReadingCheck } from '../check/reading-check.js';
import { PlaceSet, cellAt } from './place-set.js';

/** How a load has read the columns of a result file of its own. */
export function readingOf(
  header: readonly string[],
  { options }: LoadPlan,
  describe: SObjectDescribe,
): ReadingCheck {
  return new ReadingCheck(header, describe, options?.formats as ValueFormats | undefined);
}

/**
 * Finds the cells of a file that are to be checked with `unread`, before what a person has written there is converted: it may look then as
 * it did before.
 */
export class UnreadRows {
  /** Those of cells; see `cellAt`. */
  readonly places = new PlaceSet();
  readonly #doubtful = new Set<string>();
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

  /** Whether a number that may be two is in a cell that is not sent. */
  readonly isDoubtful = (column: string, text: string): boolean => this.#doubtful.has(keyOf(column, text));

  /** @returns is to be given each row of the file */
  noterOf(header: readonly string[]): (record: CsvRecord) => void {
    const reading = this.#describe && readingOf(header, this.#plan, this.#describe);
    let row = 0;
    return (record) => {
      row += 1;
      for (const { code, column = '' } of reading?.unread(record, row) ?? []) {
        this.places.add(cellAt(column, row));
        if (code === 'AMBIGUOUS_VALUE' && this.#doubtful.size < mostDoubtful)
          this.#doubtful.add(
            keyOf(
              column,
              cellText(
                record,
                header.findIndex((name) => name.trim() === column),
              ),
            ),
          );
      }
    };
  }
}

function keyOf(column: string, text: string): string {
  return `${column.trim()}\n${text}`;
}

/** More are hardly told of. */
const mostDoubtful = 1000;
