const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const bodyLength = 15;
const groupLength = 5;
export const keyPrefixLength = 3;
const wellFormed = /^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const radix = digits.length;

/** What a digit of an id stands for, by its character code; -1 for other characters. */
export const digitValues = new Int8Array(128).fill(-1);
for (let value = 0; value < radix; value += 1) digitValues[digits.charCodeAt(value)] = value;

/** A number as the digits of an id. */
export function encodeNumber(n: number, length: number): string {
  let text = '';
  for (let rest = n; text.length < length; rest = Math.floor(rest / radix))
    text = digits.charAt(rest % radix) + text;
  return text;
}

/** Characters of an id that its org has in all its ids, behind the key prefix: `Lo00` of `001Lo0000000001IAA`. */
export const podLength = 4;

export function podOf(id: string): string {
  return id.slice(keyPrefixLength, keyPrefixLength + podLength);
}

/** One character for five of the body, a bit for each capital among them. */
export function suffixChar(text: string, start: number): string {
  let bits = 0;
  for (let at = 0; at < groupLength; at += 1) {
    const code = text.charCodeAt(start + at);
    if (code >= 65 && code <= 90) bits |= 1 << at;
  }
  return suffixAlphabet.charAt(bits);
}

/** The three characters that make a 15-character id safe to compare without regard to case. */
export function idSuffix(body: string): string {
  return suffixChar(body, 0) + suffixChar(body, groupLength) + suffixChar(body, 2 * groupLength);
}

/**
 * The 18-character form of a 15- or 18-character id; undefined when it is malformed. An id of 18 characters whose
 * letters changed case no longer fits its suffix: the service refuses it rather than repair it.
 */
export function normalizeId(id: string): string | undefined {
  if (!wellFormed.test(id)) return undefined;
  if (id.length === bodyLength) return id + idSuffix(id);
  return idSuffix(id) === id.slice(bodyLength) ? id : undefined;
}
