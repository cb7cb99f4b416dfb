const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The time that a span before now names: `90m`, `24h`, `7d`. Undefined for what is no span. */
export function timeOfSpan(text: string, now = Date.now()): Date | undefined {
  const [, count, unit] = /^(\d{1,7})([mhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return new Date(now - Number(count) * unitsMs[unit as keyof typeof unitsMs]);
}
