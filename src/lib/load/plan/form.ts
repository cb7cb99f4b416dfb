import { delimiterCharacters, type ColumnDelimiter, type LineEnding } from '../../api/types.js';
import { encodeCell } from '../../csv/cells.js';
import { delimiterName } from '../../csv/delimiters.js';
import { chooseLineEnding } from '../../csv/line-endings.js';
import type { CsvHead, CsvScan } from '../../csv/scan.js';
import type { Segment, SourceFile } from '../../run/record.js';
import type { ColumnPlan } from './columns.js';

/** The header and dialect that all parts of a load share. */
export type SendForm = {
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly columns: readonly string[];
  readonly header: string;
};

/** A source whose bytes can be sent under the load's header, and where its parts are cut. */
export type SendableSource = {
  readonly source: SourceFile;
  readonly segments: ReadonlyArray<Omit<Segment, 'source'>>;
};

/** Of a load without a row. */
export const formOfNothing: SendForm = { delimiter: 'COMMA', lineEnding: 'LF', columns: [], header: '' };

/** The form that needs the fewest bytes rewritten: the first source's own, as far as the service takes it. */
export function chooseForm(
  head: Pick<CsvHead, 'dialect' | 'columns' | 'header'>,
  names: readonly string[],
  lineEnding: LineEnding,
): SendForm {
  const delimiter = delimiterName(head.dialect.delimiter) ?? 'COMMA';
  const character = delimiterCharacters[delimiter];
  const isUnchanged =
    names.join('\n') === head.columns.join('\n') && delimiterName(head.dialect.delimiter) === delimiter;
  return {
    delimiter,
    lineEnding,
    columns: names,
    header: isUnchanged
      ? head.header.toString('utf8')
      : names.map((name) => encodeCell(name, character)).join(character),
  };
}

/** The form of a load, by the first of its sources. */
export function formOf({
  scan,
  columns,
}: {
  readonly scan: CsvScan;
  readonly columns: Pick<ColumnPlan, 'sent'>;
}): SendForm {
  const names = columns.sent.map(({ name }) => name);
  return chooseForm(scan, names, chooseLineEnding(scan.lineEndings).lineEnding);
}

export function isSameForm(one: SendForm, other: SendForm): boolean {
  return (
    one.delimiter === other.delimiter && one.lineEnding === other.lineEnding && one.header === other.header
  );
}
