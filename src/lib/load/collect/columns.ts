/** For each wanted column the index of its cell; -1 where the header has no such column. */
export function cellsOf(header: readonly string[], wanted: readonly string[]): number[] {
  const cells = new Map(header.map((name, index) => [name.toLowerCase(), index]));
  return wanted.map((name) => cells.get(name.toLowerCase()) ?? -1);
}

/** Whether two headers have the same columns in the same order; names are the same in any case (seen in results). */
export function areSameColumns(one: readonly string[], other: readonly string[]): boolean {
  return (
    one.length === other.length &&
    one.every((name, index) => name.toLowerCase() === other[index]?.toLowerCase())
  );
}
