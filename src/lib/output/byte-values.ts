/** Whether the bytes are this word of ASCII letters. */
export function isWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[start + i] !== word.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Whether the bytes are a number as JSON writes them. The service's notation (Java's: `9.9213206E7`) is; `.5`, `+1`,
 * `01` and `NaN` are not.
 */
export function isJsonNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const integerStart = at;
  at = afterDigits(bytes, at, end);
  if (at === integerStart || (bytes[integerStart] === 0x30 && at > integerStart + 1)) return false;
  if (at < end && bytes[at] === 0x2e) {
    const fractionStart = at + 1;
    at = afterDigits(bytes, fractionStart, end);
    if (at === fractionStart) return false;
  }
  if (at < end && (bytes[at] === 0x45 || bytes[at] === 0x65)) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponentStart = at;
    at = afterDigits(bytes, exponentStart, end);
    if (at === exponentStart) return false;
  }
  return at === end;
}

function afterDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at])) at++;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
