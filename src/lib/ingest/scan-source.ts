import { delimiterCharacters, type ColumnDelimiter, type LineEnding } from '../api/types.js';
import { delimiterName } from '../csv/delimiters.js';
import { chooseLineEnding } from '../csv/line-endings.js';
import { scanCsv, type CsvScan } from '../csv/scan.js';
import { FieldIndex } from '../describe/field-index.js';
import { InputError } from '../errors.js';
import type { Segment, SourceFile } from '../journal/record.js';
import type { LoadRequest } from './request.js';
import type { LoadTarget } from './target.js';

/** A source file that has passed the first pass, cut into segments that fit into parts. */
export type ScannedSource = {
  readonly source: SourceFile;
  readonly columns: readonly string[];
  readonly header: string;
  readonly delimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly segments: readonly Segment[];
};

export type ScanSourceOptions = {
  /** Of the source in the plan. */
  readonly index: number;
  readonly request: LoadRequest;
  readonly maxPartBytes: number;
  readonly target: LoadTarget | undefined;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
};

/** @throws InputError the file is not sound, or not in a form that the service takes */
export async function scanSource(source: SourceFile, options: ScanSourceOptions): Promise<ScannedSource> {
  const { request, target, maxPartBytes, onBytes, signal } = options;
  const { columnDelimiter, lineEnding, maxRowsPerJob } = request;
  const fields = target === undefined ? undefined : new FieldIndex(target.describe);
  const scan = await scanCsv(source, {
    delimiter: columnDelimiter === undefined ? undefined : delimiterCharacters[columnDelimiter],
    lineEnding,
    isKnownField: fields === undefined ? undefined : (name) => isColumnOf(fields, name),
    maxPartBytes,
    maxPartRows: maxRowsPerJob,
    onProgress: onBytes,
    signal,
  });
  return {
    source,
    columns: scan.columns,
    header: scan.header.toString('utf8'),
    delimiter: serviceDelimiter(scan, source),
    lineEnding: uniformLineEnding(scan, source),
    segments: scan.parts.map((part) => ({ ...part, source: options.index })),
  };
}

/** A column of a parent counts by its relationship: `Account.External_Id__c`, `Lead:Who.Email`. */
function isColumnOf(fields: FieldIndex, name: string): boolean {
  const [path = ''] = name.split('.');
  const relationship = path.split(':').at(-1) ?? '';
  return (
    fields.field(name) !== undefined ||
    (name.includes('.') && fields.relationship(relationship) !== undefined)
  );
}

function serviceDelimiter({ dialect }: CsvScan, source: SourceFile): ColumnDelimiter {
  const name = delimiterName(dialect.delimiter);
  if (name !== undefined) return name;
  const message = `The service does not know the delimiter ${JSON.stringify(dialect.delimiter)}.`;
  throw new InputError([{ code: 'DELIMITER', file: source.name, message }]);
}

function uniformLineEnding({ lineEndings }: CsvScan, source: SourceFile): LineEnding {
  const choice = chooseLineEnding(lineEndings);
  if (choice.isUniform && !choice.hasForeignInQuotes) return choice.lineEnding;
  const message = 'The file mixes LF and CRLF line endings.';
  throw new InputError([{ code: 'MIXED_LINE_ENDINGS', file: source.name, message }]);
}
