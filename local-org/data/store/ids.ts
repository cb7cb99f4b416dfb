const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const bodyLength = 15;
const groupLength = 5;
const wellFormed = /^[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?$/;

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

/** Restores the capitals that the suffix remembers; undefined when it marks a digit as a capital. */
function repairCase(body: string, suffix: string): string | undefined {
  let repaired = '';
  for (let at = 0; at < bodyLength; at += 1) {
    const bits = suffixAlphabet.indexOf(suffix.charAt(Math.floor(at / groupLength)).toUpperCase());
    const isCapital = (bits & (1 << (at % groupLength))) !== 0;
    const char = body.charAt(at);
    if (isCapital && char >= '0' && char <= '9') return undefined;
    repaired += isCapital ? char.toUpperCase() : char.toLowerCase();
  }
  return repaired + suffix.toUpperCase();
}

/** The 18-character form of a 15- or 18-character id; undefined when it is malformed. */
export function normalizeId(id: string): string | undefined {
  if (!wellFormed.test(id)) return undefined;
  if (id.length === bodyLength) return id + idSuffix(id);
  const suffix = id.slice(bodyLength);
  return idSuffix(id) === suffix ? id : repairCase(id.slice(0, bodyLength), suffix);
}
