/** The formats that a load takes. */
export type InputFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

export type DetectedInput = {
  /** Undefined only when the data are compressed and the name does not tell what is inside. */
  readonly format: InputFormat | undefined;
  /** Decompress first; where `format` is undefined, detect again with the bytes that come out. */
  readonly isGzip: boolean;
};

const formatsByExtension: Readonly<Record<string, InputFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

const parquetMagic = Buffer.from('PAR1');

/**
 * Tells the format of an input by what is certain in its content (gzip, Parquet), else by its name, else by its
 * first character. `name` may be `-` or empty. Some 16 first bytes are enough unless the file begins with blanks.
 */
export function detectInputFormat(name: string, firstBytes: Buffer): DetectedInput {
  const isGzip = firstBytes[0] === 0x1f && firstBytes[1] === 0x8b;
  const extension = /\.([^.]+?)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const named = formatsByExtension[extension];
  if (isGzip) return { format: named, isGzip };
  if (firstBytes.subarray(0, parquetMagic.length).equals(parquetMagic)) return { format: 'parquet', isGzip };
  return { format: named ?? formatByFirstCharacter(firstBytes), isGzip };
}

/** Byte order marks, blanks, and the zero bytes of UTF-16 say nothing. */
const meaninglessBytes = new Set([0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00, 0x09, 0x0a, 0x0d, 0x20]);

function formatByFirstCharacter(firstBytes: Buffer): InputFormat {
  switch (firstBytes.find((byte) => !meaninglessBytes.has(byte))) {
    case 0x5b:
      return 'json';
    case 0x7b:
      return 'ndjson';
    default:
      return 'csv';
  }
}
