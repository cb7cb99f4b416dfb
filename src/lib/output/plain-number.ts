const scientific = /^(-?)(\d+)(?:\.(\d*))?[eE]([+-]?\d+)$/;
const wholeWithPoint = /^-?\d+\.0$/;

/** No number of the service has more digits: a double's largest is 1.8E308. */
const mostPlaces = 400;

/**
 * A number without an exponent: `1.6E13` becomes `16000000000000`, digit for digit. The service writes whole numbers without one
 * as `7.0`: they become `7`, as those with one do. All other text stays as it is.
 */
export function plainNumber(text: string): string {
  if (wholeWithPoint.test(text)) return text.slice(0, -2);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = scientific.exec(text) ?? [];
  const places = Number(exponent);
  if (whole === '' || Math.abs(places) > mostPlaces) return text;
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded =
    point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(Math.max(point, digits.length), '0');
  const pointAt = Math.max(point, 1);
  const integer = padded.slice(0, pointAt).replace(/^0+(?=\d)/, '');
  const decimals = padded.slice(pointAt).replace(/0+$/, '');
  return `${sign}${integer}${decimals === '' ? '' : `.${decimals}`}`;
}
