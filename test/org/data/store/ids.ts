const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bodyLength = 15;
const groupLength = 5;
const wellFormed = /^[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?$/;

/** The three characters that make a 15-character id safe to compare without regard to case: one bit per capital. */
export function idSuffix(body: string): string {
  let suffix = '';
  for (let group = 0; group < bodyLength; group += groupLength) {
    let bits = 0;
    for (let at = 0; at < groupLength; at += 1) {
      const code = body.charCodeAt(group + at);
      if (code >= 65 && code <= 90) bits |= 1 << at;
    }
    suffix += suffixAlphabet.charAt(bits);
  }
  return suffix;
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

/** The `n`-th id of an object, in ascending string order: `001Lo0000000001AAA`. */
export function makeId(keyPrefix: string, n: number): string {
  let body = '';
  for (let rest = n; body.length < 8; rest = Math.floor(rest / digits.length)) {
    body = digits.charAt(rest % digits.length) + body;
  }
  const full = `${keyPrefix}Lo00${body}`;
  return full + idSuffix(full);
}
