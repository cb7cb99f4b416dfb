import type { Hazard } from './byte-hazards.js';
import type { CsvProblem } from './problems.js';
import { columnName, onLine, type RecordPlace } from './record-problems.js';
import type { CsvRecord } from './record-tokenizer.js';
import { windows1252Character } from './encoding-names.js';
import { likelyEncodings } from './likely-encoding.js';

/** Says where bytes are that no CSV in UTF-8 may have. */
export function hazardProblem(hazard: Hazard, record: CsvRecord, place: RecordPlace): CsvProblem {
  const where = { row: place.row, column: columnName(place, cellAt(record, hazard.at)) };
  if (hazard.kind === 'nul') {
    return {
      code: 'NUL_BYTE',
      ...where,
      message: `There is a NUL byte${onLine(place)}.`,
      action: 'Remove the NUL bytes, or give the encoding if the file is in UTF-16 (--encoding utf-16le).',
    };
  }
  const byte = record.bytes[hazard.at] ?? 0;
  const encodings = likelyEncodings(record.bytes.subarray(record.start, record.end));
  const isWestern = encodings[0] === 'windows-1252';
  const meaning = isWestern ? `; in Windows-1252 it is ${windows1252Character(byte)}` : '';
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  return {
    code: 'INVALID_UTF8',
    ...where,
    message: `The byte 0x${hex} (byte ${hazard.at - record.start + 1} of the record) is not UTF-8${meaning}${onLine(place)}.`,
    action: `Give the encoding that the file was saved in (${encodings.map((name) => `--encoding ${name}`).join(' or ')}), or save it as CSV UTF-8.`,
  };
}

function cellAt({ starts, count }: CsvRecord, at: number): number {
  let cell = 0;
  while (cell + 1 < count && cell + 1 < starts.length && (starts[cell + 1] ?? 0) <= at) cell++;
  return cell;
}
