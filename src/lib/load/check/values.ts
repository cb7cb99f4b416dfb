import type { IngestOperation, SObjectDescribe } from '../../api/types.js';
import { QUOTE, isNullMark } from '../../csv/bytes.js';
import { cellText } from '../../csv/cells.js';
import type { VisitRecord } from '../../csv/scan.js';
import { recordBooleanRule, type CellFault, type CellRule } from './rules.js';
import type { CheckedColumn } from './header.js';
import { conversionFault } from './conversion-fault.js';
import { columnRule } from './column-rule.js';
import { personNameCheck, type PersonNameCheck } from './person-name.js';
import { emptyFault, keepsEmpty, nullFault } from './presence.js';
import type { InputProblem } from '../../errors.js';

type ValueCheckRequest = {
  readonly operation: IngestOperation;
  readonly describe: SObjectDescribe;
  /** The columns of the input that will be sent, from `checkHeader`. */
  readonly columns: readonly CheckedColumn[];
  readonly log: Pick<ProblemLog, 'add'>;
  /** Empty cells are sent as `#N/A`. Default: false. */
  readonly emptyAsNull?: boolean;
  /** The input was records, or a workbook, whose checkboxes are no texts. Default: false. */
  readonly isTyped?: boolean;
  /** The name of the file, for messages. */
  readonly file?: string;
};

type ColumnCheck = {
  readonly index: number;
  readonly name: string;
  readonly rule: CellRule | undefined;
  readonly whenEmpty: CellFault | undefined;
  readonly whenNull: CellFault | undefined;
};

/**
 * Checks the values of an input, record by record, against describe, and logs what the service would refuse.
 * Where the service's own rule is not known for sure, a value is let through: a false alarm would stop a good
 * load, while a missed one is a failed row in the results.
 */
export class ValueCheck {
  readonly #columns: readonly ColumnCheck[];
  readonly #personName: PersonNameCheck | undefined;
  readonly #log: Pick<ProblemLog, 'add'>;
  readonly #file: { readonly file?: string };

  constructor({
    operation,
    describe,
    columns,
    log,
    file,
    emptyAsNull = false,
    isTyped = false,
  }: ValueCheckRequest) {
    this.#log = log;
    this.#file = file === undefined ? {} : { file };
    this.#personName = personNameCheck(operation, columns);
    const checks = columns.map((column) => ({
      index: column.index,
      name: column.name,
      rule:
        isTyped && !column.byParentKey && column.field.type === 'boolean'
          ? recordBooleanRule
          : ruleOf(column, operation, describe),
      whenEmpty: (emptyAsNull && !keepsEmpty(column, describe) ? nullFault : emptyFault)(
        column,
        operation,
        columns,
      ),
      whenNull: nullFault(column, operation, columns),
    }));
    this.#columns = checks.filter(({ rule, whenEmpty, whenNull }) => rule ?? whenEmpty ?? whenNull);
  }

  /** Checks one record. */
  readonly visit: VisitRecord = (record, row) => {
    const { bytes, count, starts, ends } = record;
    this.#report('Name', row, this.#personName?.(record));
    for (const column of this.#columns) {
      if (column.index >= count) continue;
      let start = starts[column.index] ?? 0;
      let end = ends[column.index] ?? 0;
      if (bytes[start] === QUOTE && end - start > 1) {
        start++;
        end--;
      }
      if (start === end) this.#report(column.name, row, column.whenEmpty);
      else if (bytes[start] === HASH && isNullMark(bytes, start, end))
        this.#report(column.name, row, column.whenNull);
      else if (column.rule?.passes(bytes, start, end) === false) {
        this.#report(column.name, row, column.rule.fault(cellText(record, column.index)));
      }
    }
  };

  #report(column: string, row: number, fault: CellFault | undefined): void {
    if (fault !== undefined) this.#log.add({ ...fault, row, column, ...this.#file });
  }
}

/** The rule for a column's values; where they are converted, for what they become. */
function ruleOf(
  column: CheckedColumn,
  operation: IngestOperation,
  describe: SObjectDescribe,
): CellRule | undefined {
  const { conversion } = column;
  const rule = columnRule(column, operation, describe);
  if (conversion === undefined) return rule;
  return {
    passes: (bytes, start, end) => {
      const converted = conversion.check(bytes, start, end);
      return (
        converted !== undefined && (rule === undefined || rule.passes(converted.bytes, 0, converted.length))
      );
    },
    fault: (value) => {
      const fault = conversionFault(value, conversion);
      return fault ?? rule?.fault(conversion.convert(value) ?? value);
    },
  };
}

/** What `#N/A` starts with. */
const HASH = 0x23;

/**
 * Collects problems without growing with the input: it counts all of them, and keeps the first few of each kind,
 * a kind being a code in a column, so that one bad column does not hide the others.
 */
export class ProblemLog {
  readonly problems: InputProblem[] = [];
  /** All problems, kept or not. */
  total = 0;
  readonly #kinds = new Map<string, number>();
  readonly #most: number;
  readonly #mostOfAKind: number;

  /** @param most how many problems to keep; default 50. @param mostOfAKind how many of one kind; default 5 */
  constructor({
    most = 50,
    mostOfAKind = 5,
  }: { readonly most?: number; readonly mostOfAKind?: number } = {}) {
    this.#most = most;
    this.#mostOfAKind = mostOfAKind;
  }

  add(problem: InputProblem): void {
    const { code, column } = problem;
    const key = `${code}\n${column ?? ''}`;
    const count = (this.#kinds.get(key) ?? 0) + 1;
    this.#kinds.set(key, count);
    this.total++;
    if (count <= this.#mostOfAKind && this.problems.length < this.#most) this.problems.push(problem);
  }
}
