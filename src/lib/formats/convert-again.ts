import { Conversion, type Doubt } from './conversion.js';

// A load writes what it has converted into its result files, beside cells that it could not convert. A person fixes some, in the form
// of the input or in the service's, and sends them again: a value that was converted must not be converted a second time.

/** What a cell of a result file is. */
export type CellAgain = {
  /** As the service takes it, if the load has written the cell. */
  readonly written: string;
  /** Another value, if a person has written the cell in the form of the input; absent where that is the same or impossible. */
  readonly typed?: string;
};

/**
 * Reads cells of result files that are in the service's form. Of others it is certain that no load has converted them.
 * @param type the field's type in describe
 * @returns undefined for what is not in the service's form
 */
export function readerAgain(type: string, conversion: Conversion): (text: string) => CellAgain | undefined {
  const form = serviceForm[type] ?? number;
  const isSame = sameness[type] ?? sameNumber;
  return (text) => {
    const written = text.trim();
    if (!form.test(written)) return undefined;
    const typed = conversion.convert(written);
    return typed === undefined || isSame(written, typed) ? { written } : { written, typed };
  };
}

/**
 * The conversion for cells of a result file that is loaded as any other file. Cells in the service's form stay what they are. One
 * that would be another value in the form of the input becomes a text with both, which no field of its type takes.
 */
export class ConversionAgain extends Conversion {
  readonly #conversion: Conversion;
  readonly #read: (text: string) => CellAgain | undefined;

  constructor(type: string, conversion: Conversion) {
    const read = readerAgain(type, conversion);
    super(conversion.wanted, (text) => {
      const cell = read(text);
      return cell === undefined ? conversion.convert(text) : cell.written;
    });
    this.#read = read;
    this.#conversion = conversion;
  }

  override convert(text: string): string | undefined {
    const { written, typed } = this.#read(text) ?? {};
    return typed === undefined ? super.convert(text) : `${written} or ${typed}`;
  }

  override readingsOf(text: string): string | undefined {
    return this.#conversion.readingsOf(text);
  }

  override doubtOf(text: string): Doubt | undefined {
    const { written, typed } = this.#read(text) ?? {};
    if (written === undefined || typed === undefined) return undefined;
    const way = number.test(written)
      ? `Write ${written.replace('.', ',')} or ${typed}`
      : `Write ${typed} if that is meant`;
    return { written, typed, way: `${way}, or leave the flag out` };
  }
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const serviceForm: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  datetime: /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:?\d\d)$/,
  boolean: /^(?:true|false)$/i,
};

const sameness: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  date: (one, other) => one === other,
  datetime: (one, other) => Date.parse(one) === Date.parse(other),
  boolean: (one, other) => one.toLowerCase() === other.toLowerCase(),
};

function sameNumber(one: string, other: string): boolean {
  return Number(one) === Number(other);
}
