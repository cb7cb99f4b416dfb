import type { FileWindow } from './windows.js';
import { firstInvalidUtf8, nextInvalidUtf8, wholeCharactersEnd } from './encoding.js';
import type { CsvProblem } from './problems.js';
import { columnName, onLine, type RecordPlace } from './record-problems.js';
import type { CsvRecord } from './record-tokenizer.js';
import { windows1252Character } from './encoding-names.js';
import { likelyReadings, readIn, type Reading } from './likely-encoding.js';

export type Hazard = {
  readonly kind: 'invalid-utf8' | 'nul';
  /** Offset into the window. */ readonly at: number;
};

const NONE = Number.POSITIVE_INFINITY;

/**
 * Looks for bytes that no record may have. Whole windows are searched by native code; records are asked about only
 * when they reach past `offset`, so sound data costs one comparison a record.
 */
export class ByteHazards {
  #window: FileWindow | undefined;
  /** As offsets into the file. */
  #checkedTo = 0;
  #invalidAt = NONE;
  #nulAt = NONE;

  beginWindow(window: FileWindow): void {
    const { from, newFrom, base } = window;
    this.#window = window;
    if (this.#nulAt === NONE) this.#findNul(newFrom);
    if (this.#invalidAt !== NONE) return;
    // A character that the last window cut off is part of what that window left over.
    this.#findInvalid(Math.max(from, Math.min(newFrom, this.#checkedTo - base)), firstInvalidUtf8);
  }

  /** Offset into the window of the next hazard, infinite without one. */
  get offset(): number {
    return Math.min(this.#invalidAt, this.#nulAt) - (this.#window?.base ?? 0);
  }

  /** The first hazard of a record that ends at `end`. Others are then looked for behind the record. */
  take(end: number): Hazard | undefined {
    const at = this.offset;
    if (at >= end) return undefined;
    const kind = this.#invalidAt <= this.#nulAt ? 'invalid-utf8' : 'nul';
    const base = this.#window?.base ?? 0;
    if (this.#nulAt < base + end) this.#findNul(end);
    // Where one row is not UTF-8 others will not be either: each time the native search would look through the whole window.
    if (this.#invalidAt < base + end) this.#findInvalid(end, nextInvalidUtf8);
    return { kind, at };
  }

  #findInvalid(start: number, find: typeof firstInvalidUtf8): void {
    if (this.#window === undefined) return;
    const { bytes, to, base, isEnd } = this.#window;
    const end = isEnd ? to : wholeCharactersEnd(bytes, start, to);
    const invalid = find(bytes, start, end);
    this.#invalidAt = invalid === -1 ? NONE : base + invalid;
    this.#checkedTo = base + end;
  }

  #findNul(from: number): void {
    if (this.#window === undefined) return;
    const { bytes, to, base } = this.#window;
    const at = bytes.subarray(0, to).indexOf(0, from);
    this.#nulAt = at === -1 ? NONE : base + at;
  }
}

/**
 * Says where bytes are that no CSV in UTF-8 may have.
 * @param isRefused whether to find out what encoding they may be in, which takes a while
 * @param encoding that the bytes were read in before; what is no text in it is no UTF-8 either
 */
export function hazardProblem(
  hazard: Hazard,
  record: CsvRecord,
  place: RecordPlace,
  { isRefused, encoding }: { readonly isRefused: boolean; readonly encoding: string | undefined },
): CsvProblem {
  const where = { row: place.row, column: columnName(place, cellAt(record, hazard.at)) };
  if (hazard.kind === 'nul') {
    return {
      code: 'NUL_BYTE',
      ...where,
      message: `There is a NUL byte${onLine(place)}.`,
      action: 'Remove the NUL bytes, or give the encoding if the file is in UTF-16 (--encoding utf-16le).',
      actionOnFile:
        'Remove the NUL bytes, or give the encoding in the plan if the file is in UTF-16 (encoding: utf-16le).',
    };
  }
  if (encoding !== undefined) {
    const message = `There are bytes that are not text in ${encoding}${onLine(place)}.`;
    const action = 'Give the encoding that the file was saved in, or save it as UTF-8.';
    return { code: 'INVALID_UTF8', ...where, message, ...(isRefused ? { action } : {}) };
  }
  const byte = record.bytes[hazard.at] ?? 0;
  const readings = !isRefused ? [] : likelyReadings(record.bytes.subarray(record.start, record.end));
  const isWestern = readings[0]?.encoding === 'windows-1252';
  const meaning = isWestern ? `; in Windows-1252 it is ${windows1252Character(byte)}` : '';
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  const cell = cellAt(record, hazard.at);
  const value = record.bytes.subarray(record.starts[cell] ?? record.start, record.ends[cell] ?? record.end);
  return {
    code: 'INVALID_UTF8',
    ...where,
    message: `The byte 0x${hex} (byte ${hazard.at - record.start + 1} of the record) is not UTF-8${meaning}${onLine(place)}.`,
    action: encodingAdvice(readings, value, { where: '', sign: '--encoding ' }),
    actionOnFile: encodingAdvice(readings, value, {
      where: ' to its object in the plan',
      sign: 'encoding: ',
    }),
  };
}

/** Where an encoding is said, and what its name has in front there. */
type Saying = { readonly where: string; readonly sign: string };

/** Which encoding is right only a person can tell, by how the value reads in each. */
function encodingAdvice(readings: readonly Reading[], value: Uint8Array, { where, sign }: Saying): string {
  const save = 'save the file as CSV UTF-8';
  if (readings.length === 0) return `No encoding makes text of it: ${save}.`;
  const flags = readings.map(({ encoding, text }) => {
    const read = (readIn(encoding, value) ?? text).replace(/^"([^]*)"$/, '$1');
    return `${sign}${encoding} (${shown(read)})`;
  });
  return `Add the encoding in which the value reads right${where}: ${listed(flags)}. If it does in none, ${save}.`;
}

function listed(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(Boolean).join(' or ');
}

const shownCharacters = 30;

function shown(text: string): string {
  const characters = Array.from(text.replace(/\p{Cc}+/gu, ' '));
  const start = characters.slice(0, shownCharacters).join('');
  return characters.length > shownCharacters ? `"${start}…"` : `"${start}"`;
}

function cellAt({ starts, count }: CsvRecord, at: number): number {
  let cell = 0;
  while (cell + 1 < count && cell + 1 < starts.length && (starts[cell + 1] ?? 0) <= at) cell++;
  return cell;
}
