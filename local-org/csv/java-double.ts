/**
 * A number as the service writes doubles in CSV, which is Java's `Double.toString`:
 * scientific from 1e7 (`9.9213206E7`) and below 1e-3.
 */
export function javaDouble(value: number, wholeDoubles: 'with-point' | 'plain' = 'with-point'): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const plain = String(value);
    return plain.includes('.') || wholeDoubles === 'plain' ? plain : `${plain}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
