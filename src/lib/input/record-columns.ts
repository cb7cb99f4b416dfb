/** The columns of a CSV file that is made of records, and where each of a record's keys goes. */
export class RecordColumns {
  /** In first-seen order and spelling. */
  readonly names: readonly string[];
  readonly #indexes = new Map<string, number>();
  readonly #columnsOfParent = new Map<string, number[]>();

  constructor(names: readonly string[]) {
    this.names = names;
    names.forEach((name, index) => {
      const key = name.toLowerCase();
      this.#indexes.set(key, index);
      for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
        const parent = key.slice(0, dot);
        this.#columnsOfParent.set(parent, [...(this.#columnsOfParent.get(parent) ?? []), index]);
      }
    });
  }

  /** The column of a key, in any case. Spellings are remembered, so that few keys are ever lowered. */
  indexOf(column: string): number | undefined {
    const known = this.#indexes.get(column);
    if (known !== undefined) return known;
    const index = this.#indexes.get(column.toLowerCase());
    if (index !== undefined) this.#indexes.set(column, index);
    return index;
  }

  /** The columns below a parent record, at any depth. */
  under(parent: string): readonly number[] {
    return this.#columnsOfParent.get(parent.toLowerCase()) ?? [];
  }
}

type SeenColumn = { readonly name: string; hasValue: boolean };

/** Gathers columns from records, as keys are seen. */
export class RecordColumnsBuilder {
  readonly #columns = new Map<string, SeenColumn>();
  readonly #columnsBySpelling = new Map<string, SeenColumn>();

  /** Notes a key; `hasValue` is false for null, which does not yet tell a field from a parent record. */
  add(spelling: string, hasValue: boolean): void {
    const column = this.#columnsBySpelling.get(spelling) ?? this.#columnOf(spelling);
    column.hasValue ||= hasValue;
  }

  /** A key that was only ever null, and is a parent record elsewhere or by `isParent`, is not a column of its own. */
  build(isParent: (column: string) => boolean): RecordColumns {
    const seen = [...this.#columns.values()];
    const all = new RecordColumns(seen.map(({ name }) => name));
    const kept = seen.filter(
      ({ name, hasValue }) => hasValue || (all.under(name).length === 0 && !isParent(name)),
    );
    return new RecordColumns(kept.map(({ name }) => name));
  }

  #columnOf(spelling: string): SeenColumn {
    const key = spelling.toLowerCase();
    const column = this.#columns.get(key) ?? { name: spelling, hasValue: false };
    this.#columns.set(key, column);
    this.#columnsBySpelling.set(spelling, column);
    return column;
  }
}
