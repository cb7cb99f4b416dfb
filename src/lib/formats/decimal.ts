/**
 * Reads numbers as people of a place write them. Groups are of three digits, all apart by the same sign: a point or a
 * comma, whichever is not before the decimals, a blank, or an apostrophe.
 * @param decimalSeparator what stands before the decimals
 * @param hasSigns whether signs of currency and percent may be there, and the codes of currencies
 * @returns the number as the service takes it; undefined when the text is none of this form
 */
export function decimalReader(
  decimalSeparator: ',' | '.',
  hasSigns: boolean,
): (text: string) => string | undefined {
  const point = decimalSeparator === '.' ? '\\.' : ',';
  const other = decimalSeparator === '.' ? ',' : '\\.';
  const groups = `\\d{1,3}(?:(?<apart>[${other}\\s'’])\\d{3}(?:\\k<apart>\\d{3})*)?`;
  const number = new RegExp(
    `^(?<sign>[+-]?)(?<whole>${groups}|\\d*)(?:${point}(?<decimals>\\d*))?(?<exponent>[eE][+-]?\\d+)?$`,
  );
  return (text) => {
    const bare = hasSigns ? withoutSigns(text.trim()) : text.trim();
    const { sign = '', whole = '', decimals = '', exponent = '' } = number.exec(bare)?.groups ?? {};
    if (whole === '' && decimals === '') return undefined;
    const digits = whole.replace(/\D/g, '') || '0';
    return `${sign === '-' ? '-' : ''}${digits}${decimals === '' ? '' : `.${decimals}`}${exponent}`;
  };
}

const before = /^(?<sign>[+-]?)\s*(?:\p{Sc}|[A-Z]{3})\s*(?<inner>[+-]?)/u;
const after = /\s*(?:\p{Sc}|[A-Z]{3}|%)$/u;

/** `-€ 5`, `€ -5` and `-5 EUR` are all -5. */
function withoutSigns(text: string): string {
  return text.replace(before, '$<sign>$<inner>').replace(after, '');
}
