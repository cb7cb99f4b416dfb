import type { SchemaElement } from 'hyparquet';

/** Whether a column is one of decimals. */
export function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/**
 * What turns the values of a column of decimals into exact text: the whole numbers in the file, since hyparquet multiplies
 * them as floating-point numbers, and 4.35 becomes 4.3500000000000005.
 */
export function decimalReader(element: SchemaElement): (value: unknown) => unknown {
  const scale = scaleOf(element);
  return keepsDecimalMark(element) ? (value) => fixed(value, scale) : (value) => exact(value, scale);
}

/** Bytes of any length hyparquet would take for text; an old and rare form, exact to 15 digits this way. */
export function keepsDecimalMark({ type }: SchemaElement): boolean {
  return type === 'BYTE_ARRAY';
}

function fixed(value: unknown, scale: number): unknown {
  return typeof value === 'number' ? value.toFixed(scale) : value;
}

function exact(value: unknown, scale: number): unknown {
  if (typeof value === 'bigint') return placePoint(value, scale);
  if (typeof value === 'number') return placePoint(BigInt(value), scale);
  return value instanceof Uint8Array ? placePoint(wholeNumber(value), scale) : value;
}

function scaleOf({ scale, logical_type: logicalType }: SchemaElement): number {
  return scale ?? (logicalType?.type === 'DECIMAL' ? logicalType.scale : 0);
}

/** Big-endian two's complement. */
function wholeNumber(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`));
}

function placePoint(whole: bigint, scale: number): string {
  if (scale <= 0) return (whole * 10n ** BigInt(-scale)).toString();
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, '0');
  return `${whole < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
