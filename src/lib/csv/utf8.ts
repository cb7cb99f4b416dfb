import { isUtf8 } from 'node:buffer';

/** Offset past the last whole character in a range that may cut a character off at its end. */
export function wholeCharactersEnd(bytes: Buffer, from: number, to: number): number {
  for (let at = to - 1; at >= from && at >= to - 3; at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return to;
    if (byte >= 0xc0) return at + characterBytes(byte) > to ? at : to;
  }
  return to;
}

/** Offset of the first byte that is not UTF-8 as Unicode defines it, surrogates and overlong forms included; or -1. */
export function firstInvalidUtf8(bytes: Buffer, from: number, to: number): number {
  // The native check runs at memory speed; only a file that is refused anyway is searched byte by byte.
  if (isUtf8(bytes.subarray(from, to))) return -1;
  let at = from;
  while (at < to) {
    const length = validCharacterBytes(bytes, at, to);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

function characterBytes(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Length of the valid character at `at`, or 0. */
function validCharacterBytes(bytes: Buffer, at: number, to: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = characterBytes(lead);
  if (at + length > to) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
