import { basename } from 'node:path';
import { InputError } from '../../errors.js';
import { conversionFor, type Conversion } from '../../formats/conversion.js';
import { ConversionAgain } from '../../formats/convert-again.js';
import type { ValueFormats } from '../../formats/value-formats.js';
import type { ColumnMapping } from '../../mapping/mapping.js';
import type { CheckedColumn } from '../check/header.js';
import { isOwnColumn } from './own-columns.js';

// A result file has what a load has sent: fields for columns, and values that were converted. The flags of that load are often given
// once more, for the cells that a person has fixed.

/** Whether an input is a result file of a load: by its columns, or, if it has no others than those of the input, by its name. */
export function isResultFile(file: string, columns: readonly string[]): boolean {
  return (
    columns.some((name) => isOwnColumn(name) && name.trim().toLowerCase() !== 'source__id') ||
    resultName.test(basename(file))
  );
}

const resultName = /^[\w-]{15,}-(?:success|failed|unprocessed)-records(?: ?\(\d+\))?\.\w/i;

/** The conversion of the values of a field; undefined where none is asked for. @throws UsageError as `conversionFor` */
export function conversionIn(
  isResult: boolean,
  type: string,
  formats: ValueFormats | undefined,
): Conversion | undefined {
  const conversion = formats && conversionFor(type, formats);
  return conversion !== undefined && isResult ? new ConversionAgain(type, conversion) : conversion;
}

/** A parent's key is compared as it stands: what type it has is not known without a preflight. */
export function withConversion(
  column: CheckedColumn,
  formats: ValueFormats | undefined,
  isResult: boolean,
): CheckedColumn {
  if (column.byParentKey) return column;
  const conversion = conversionIn(isResult, column.field.type, formats);
  return conversion === undefined ? column : { ...column, conversion };
}

/**
 * Refuses a mapping for a result file that has been mapped by it: a field would get the values of another one, or none.
 * @throws InputError
 */
export function requireUnmapped({ rules }: ColumnMapping, columns: readonly string[], file: string): void {
  const mapped = columns.filter((column) => {
    const name = column.trim().toLowerCase();
    const ofOthers = rules.filter(({ from }) => !('column' in from) || from.column.toLowerCase() !== name);
    const isTarget = ofOthers.some(({ fields }) => fields.some((field) => field.toLowerCase() === name));
    const isItself = rules.some(
      ({ from, fields }) =>
        'column' in from &&
        from.column.toLowerCase() === name &&
        fields.some((field) => field.toLowerCase() === name),
    );
    return isTarget && !isItself;
  });
  if (mapped.length === 0) return;
  throw new InputError(
    mapped.map((column) => ({
      /** A column of a result file is one that the mapping has made. */
      code: 'MAPPED_ALREADY',
      file,
      row: 0,
      column,
      message: 'It is a result file, whose columns the mapping seems to have named already.',
    })),
    {
      actions: [
        'Load it without the mapping, or retry the load that it is of: sf bulk2 job retry --id JOB',
        'If the mapping is for this file, remove the columns of the result file, such as sf__Id and sf__Error, and name it otherwise.',
      ],
    },
  );
}
