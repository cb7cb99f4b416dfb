const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const bodyLength = 15;
const groupLength = 5;
const wellFormed = /^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/;

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
