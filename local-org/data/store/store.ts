import type { Value } from '../../contracts.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import { keyPrefixLength } from './ids.ts';
import { Table, type UndoSink } from './table.ts';

export type StoreOptions = {
  readonly schema: Schema;
  readonly now: () => Date;
  readonly pod: string;
  readonly idSeed: number;
};

/** All tables of the org, and what they share: the clock, the user, and the changes since a savepoint. */
export class Store {
  readonly schema: Schema;
  readonly #now: () => Date;
  readonly #tables = new Map<ObjectSchema, Table>();
  readonly #tableByKeyPrefix = new Map<string, Table>();
  readonly #undo: { sink?: UndoSink | undefined } = {};
  #userId: string | undefined;

  constructor({ schema, now, pod, idSeed }: StoreOptions) {
    this.schema = schema;
    this.#now = now;
    for (const object of schema.objects) {
      const table = new Table({ schema: object, undo: this.#undo, pod, idSeed });
      this.#tables.set(object, table);
      this.#tableByKeyPrefix.set(object.keyPrefix, table);
    }
  }

  /** Case-insensitive. */
  table(object: string): Table | undefined {
    const schema = this.schema.find(object);
    return schema && this.#tables.get(schema);
  }

  /** The table whose records have ids like this one. */
  tableOfId(id: string): Table | undefined {
    return this.#tableByKeyPrefix.get(id.slice(0, keyPrefixLength));
  }

  timestamp(): string {
    return this.#now().toISOString();
  }

  /** Whoever is logged in: the first user there is. */
  get userId(): Value {
    return (this.#userId ??= this.#firstUserId()) ?? null;
  }

  /** @returns what undoes every change made since; it lapses when another savepoint is set or the current turn ends */
  savepoint(): () => void {
    const changes: Array<() => void> = [];
    const sink: UndoSink = (undo) => changes.push(undo);
    this.#undo.sink = sink;
    queueMicrotask(() => this.#endSavepoint(sink));
    return () => {
      if (this.#undo.sink !== sink)
        throw new Error('This savepoint has lapsed: undo in the turn that set it.');
      this.#undo.sink = undefined;
      for (const undo of changes.reverse()) undo();
    };
  }

  #firstUserId(): string | undefined {
    const users = this.table(this.schema.objectOfRole('user'));
    return users === undefined || users.size === 0 ? undefined : users.id(0);
  }

  #endSavepoint(sink: UndoSink): void {
    if (this.#undo.sink === sink) this.#undo.sink = undefined;
  }
}
