import { parquetSchema } from 'hyparquet';
import type { FileMetaData, SchemaElement } from 'hyparquet';

/** What turns the values of each top-level column of decimals into exact text, by the column's name. */
export function decimalReaders(metadata: FileMetaData): Map<string, (value: unknown) => unknown> {
  return new Map(
    decimalElements(metadata).map((element) => {
      const scale = scaleOf(element);
      return [
        element.name,
        isKeptMarked(element) ? (value) => fixed(value, scale) : (value) => exact(value, scale),
      ];
    }),
  );
}

/**
 * The metadata without the marks of decimal columns, so that hyparquet hands out the whole numbers in the file:
 * with the marks it multiplies them as floating-point numbers, and 4.35 becomes 4.3500000000000005.
 */
export function withoutDecimals(metadata: FileMetaData): FileMetaData {
  const decimals = new Set(decimalElements(metadata));
  const schema = metadata.schema.map((element) => {
    if (!decimals.has(element) || isKeptMarked(element)) return element;
    return { ...element, converted_type: undefined, logical_type: undefined };
  });
  return { ...metadata, schema };
}

/** Bytes of any length hyparquet would take for text; an old and rare form, exact to 15 digits this way. */
function isKeptMarked({ type }: SchemaElement): boolean {
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

function decimalElements(metadata: FileMetaData): SchemaElement[] {
  return parquetSchema(metadata)
    .children.map(({ element }) => element)
    .filter((element) => element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL');
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
