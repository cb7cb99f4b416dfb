import type { SpoolPlace } from '../collect/places.js';

/** Rows of a load that a retry was not given: somebody has removed them from its files. */
export type MissingRows = {
  readonly count: number;
  /** The first of them, as many as are named; none where it isn't known which they are. */
  readonly places: readonly SpoolPlace[];
};

/** No message is longer for more of them. */
export const mostNamed = 10;

/** `rows 3 and 7 of a.csv`; undefined where it isn't known which they are. */
export function missingText({ count, places }: MissingRows): string | undefined {
  if (places.length === 0) return undefined;
  const byFile = new Map<string, number[]>();
  for (const { file, row } of places) byFile.set(file, [...(byFile.get(file) ?? []), row]);
  const texts = [...byFile].map(
    ([file, rows]) => `${rows.length === 1 ? 'row' : 'rows'} ${listed(rows)} of ${file}`,
  );
  const more = count > places.length ? ` and ${count - places.length} more` : '';
  return `${texts.join(', ')}${more}`;
}

function listed(rows: readonly number[]): string {
  return rows.length < 2 ? rows.join('') : `${rows.slice(0, -1).join(', ')} and ${rows.at(-1)}`;
}
