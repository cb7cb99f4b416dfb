/**
 * Reads numbers as people of a place write them. Groups are of three digits, all apart by the same character: a point or a
 * comma, whichever is not before the decimals, a blank, or an apostrophe. No groups begin with a zero: in 0,125 the comma
 * stands before decimals, whatever `given` is.
 * @param given what stands before the decimals; absent: a point, and a comma, which may be either, is taken for neither
 * @param hasSigns whether signs of currency and percent may be there, and the codes of currencies
 * @returns the number as the service takes it; undefined when the text is none of this form
 */
export function decimalReader(
  given: ',' | '.' | undefined,
  hasSigns: boolean,
): (text: string) => string | undefined {
  const decimalSeparator = given ?? '.';
  const other = given === undefined ? undefined : given === ',' ? '.' : ',';
  const mayGroup = (character: string): boolean => character === other || groupers.includes(character);
  return (text) => {
    const number = hasSigns ? withoutSigns(text.trim()) : text.trim();
    const isNegative = number.startsWith('-');
    const from = isNegative || number.startsWith('+') ? 1 : 0;
    const whole = wholeDigits(number, from, mayGroup);
    if (whole === undefined) return undefined;
    const rest = fraction(number, whole.end, decimalSeparator);
    if (rest === undefined || (whole.digits === '' && !rest.startsWith('.'))) return undefined;
    return `${isNegative ? '-' : ''}${whole.digits || '0'}${rest}`;
  };
}

/** Blanks, also those that do not break, and apostrophes. */
const groupers = " \u00a0\u202f\u2009'\u2019";

/** A loop and no pattern: a load may have millions of numbers, and a pattern takes five times as long. */
function wholeDigits(
  text: string,
  from: number,
  mayGroup: (character: string) => boolean,
): { readonly digits: string; readonly end: number } | undefined {
  let end = afterDigits(text, from);
  let digits = text.slice(from, end);
  const apart = text.charAt(end);
  if (digits === '' || digits.length > 3 || apart === '' || !mayGroup(apart)) return { digits, end };
  if (digits.startsWith('0')) return undefined;
  while (text.charAt(end) === apart) {
    const next = afterDigits(text, end + 1);
    if (next - end !== 4) return undefined;
    digits += text.slice(end + 1, next);
    end = next;
  }
  return { digits, end };
}

/** What follows the whole digits, with a point before the decimals; undefined when it is something else. */
function fraction(text: string, from: number, decimalSeparator: string): string | undefined {
  if (from === text.length) return '';
  let end = from;
  let decimals = '';
  if (text.charAt(from) === decimalSeparator) {
    end = afterDigits(text, from + 1);
    decimals = end > from + 1 ? `.${text.slice(from + 1, end)}` : '';
  }
  if (end === text.length) return decimals;
  const exponent = text.slice(end);
  return /^[eE][+-]?\d+$/.test(exponent) ? decimals + exponent : undefined;
}

function afterDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) break;
  }
  return at;
}

const before = /^([+-]?)\s*(?:\p{Sc}|[A-Z]{3})\s*([+-]?)/u;
const after = /\s*(?:\p{Sc}|[A-Z]{3}|%)$/u;

/** `-€ 5`, `€ -5` and `-5 EUR` are all -5. */
function withoutSigns(text: string): string {
  const start = text.charCodeAt(0);
  const startsBare = start === 0x2d || start === 0x2b ? isDigitAt(text, 1) : isDigitAt(text, 0);
  const inner = startsBare ? text : text.replace(before, '$1$2');
  return isDigitAt(inner, inner.length - 1) ? inner : inner.replace(after, '');
}

function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
