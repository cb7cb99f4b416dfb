import { QUOTE } from '../../csv/bytes.js';

const COMMA = 0x2c;

/**
 * Whether a row, without its line ending, has no value at all: commas alone, or `"",""`. Whoever reads it takes it for a blank
 * line, so that it would be sent, and have no result.
 */
export function isBlankRow(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  let quotes = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at] === QUOTE) quotes += 1;
    else if (bytes[at] !== COMMA || quotes % 2 !== 0 || quotes > 2) return false;
    else quotes = 0;
  }
  return quotes === 0 || quotes === 2;
}
