import type { SchemaElement, TimeUnit } from 'hyparquet';
import { NoValue } from './cell-text.js';

/** What times without a zone are. */
export type ZoneOptions = {
  /** Gives the instant of such a time, both in milliseconds; undefined for one that the zone's clock skips. Default: UTC. */
  readonly instantOf?: ((localMs: number) => number | undefined) | undefined;
  /** Whether a column is a `date` field, whose days no zone moves; default never. */
  readonly isDateColumn?: ((column: string) => boolean) | undefined;
};

const perMs: Readonly<Record<TimeUnit, bigint>> = { MILLIS: 1n, MICROS: 1000n, NANOS: 1_000_000n };
const dayMs = 86_400_000;

/** A time that is too far away for a date is one that is not valid, which no cell can hold. */
export function isoTime(ms: bigint | number): string | Date {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? date : date.toISOString();
}

/** Reads timestamps that are not adjusted to UTC: what a clock shows somewhere. */
export function localTimeReader(
  unit: TimeUnit,
  column: string,
  { instantOf, isDateColumn }: ZoneOptions,
): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== 'bigint') return value;
    const localMs = Number(value / perMs[unit]);
    const local = isoTime(localMs);
    if (typeof local !== 'string' || instantOf === undefined) return local;
    if (isDateColumn?.(column) === true) return localMs % dayMs === 0 ? local.slice(0, 10) : local;
    const instant = instantOf(localMs);
    if (instant !== undefined) return isoTime(instant);
    return new NoValue(
      `is ${local.slice(0, -1)}, which the clock of the time zone skips`,
      local.slice(0, -1),
    );
  };
}

/** The unit of a column of times of the day; undefined for any other. */
export function timeUnit({
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): TimeUnit | undefined {
  if (logical?.type === 'TIME') return logical.unit;
  if (converted === 'TIME_MILLIS') return 'MILLIS';
  return converted === 'TIME_MICROS' ? 'MICROS' : undefined;
}

/** Reads times of the day, such as `08:05:00.000Z`. */
export function timeOfDayReader(unit: TimeUnit): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== 'bigint' && typeof value !== 'number') return value;
    const ms = Number(BigInt(value) / perMs[unit]);
    const text = new Date(ms).toISOString().slice('1970-01-01T'.length);
    return ms >= 0 && ms < dayMs ? text : new NoValue(`is no time of a day`, String(value));
  };
}

/** Reads single-precision numbers as the shortest ones that are no other: 0.1, where a double has 0.10000000149011612. */
export function singleReader(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
