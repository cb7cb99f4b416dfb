import { createReadStream } from 'node:fs';
import type { Dialect } from '../../csv/dialect.js';
import { rewriteCsv, type RewriteColumn } from '../../csv/rewrite.js';
import type { DescribeOf } from '../../describe/describe.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import { readerAgain, type CellAgain } from '../../formats/convert-again.js';
import { conversionFor } from '../../formats/conversion.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import type { LoadPlan } from '../../run/record.js';
import { writeCopy } from '../plan/write-copy.js';
import type { ResultFile } from './result-rows.js';

type EditedFile = {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly dialect: Dialect;
};

type ConvertOptions = {
  readonly plan: LoadPlan;
  readonly describeOf: DescribeOf;
  /** Where to write the file. */
  readonly path: string;
  /** Whether a value that may be two is not sent, and is told of otherwise. */
  readonly isHeld: (column: string, text: string) => boolean;
  readonly signal: AbortSignal | undefined;
};

type ConvertedFile = Pick<ResultFile, 'path' | 'delimiter' | 'headerStart'> & {
  /** Of each column of which that can't be told for sure. */
  readonly warnings: readonly string[];
};

/**
 * Writes a result file anew with the values converted that a person has put there as in the load's own input. A value that is
 * in the service's form already stays what it is, since the load has converted it; what can't be converted stays, too.
 * @returns the file itself where the load has converted nothing
 */
export async function convertEdited(file: EditedFile, options: ConvertOptions): Promise<ConvertedFile> {
  const { plan, describeOf, path, isHeld, signal } = options;
  const { delimiter, headerStart, lineEnding } = file.dialect;
  const asItIs = { path: file.path, delimiter, headerStart, warnings: [] };
  const formats = plan.options?.formats as ValueFormats | undefined;
  const describe = formats === undefined ? undefined : await describeOf(plan.object);
  if (formats === undefined || describe === undefined) return asItIs;
  const fields = fieldIndexOf(describe);
  const doubtful = new Map<string, CellAgain & { readonly type: string }>();
  const columns = file.columns.map((name, index): RewriteColumn => {
    const type = fields.field(name.trim())?.type ?? '';
    const conversion = conversionFor(type, formats);
    if (conversion === undefined) return { name, index };
    const read = readerAgain(type, conversion);
    const convert = (text: string): string | undefined => {
      const cell = read(text);
      if (cell === undefined) return conversion.convert(text);
      if (cell.typed !== undefined && !doubtful.has(name) && !isHeld(name, text))
        doubtful.set(name, { type, ...cell });
      return undefined;
    };
    return { name, index, convert };
  });
  if (!columns.some((column) => 'index' in column && column.convert !== undefined)) return asItIs;
  const rewritten = rewriteCsv(createReadStream(file.path), {
    from: { delimiter, headerStart },
    to: { delimiter, lineEnding },
    columns,
    dropsExtraCells: true,
    name: file.name,
  });
  await writeCopy(rewritten, { path, name: file.name, signal });
  return { path, delimiter, warnings: [...doubtful].map(([name, cell]) => sentAsWritten(name, cell)) };
}

function sentAsWritten(name: string, { written, type }: CellAgain & { readonly type: string }): string {
  const isDate = type === 'date' || type === 'datetime';
  const what = isDate ? 'Dates' : 'Numbers';
  const form = isDate ? 'as year, month and day' : 'with a point before their decimals';
  return `${what} such as ${written} in ${name} are sent as they are, ${form}: that is how the load has written them.`;
}
