import { UsageError } from '../errors.js';
import { keyText } from '../load/check/key.js';
import { RepeatedHashes } from '../load/check/repeated-hashes.js';
import { Fingerprint } from '../load/collect/fingerprint.js';
import type { CopyObject } from '../run/copy-record.js';

/** Makes sure that no two records of an object have the same key: which of them would win? Nothing, where it has none. */
export class UniqueKeys implements Disposable {
  readonly #object: Pick<CopyObject, 'object' | 'key'>;
  readonly #hash = new Fingerprint();
  readonly #hashes = new RepeatedHashes({ maxGroups: 5 });

  constructor(object: Pick<CopyObject, 'object' | 'key'>) {
    this.#object = object;
  }

  /** Rows are counted from 0, and come in their order. */
  add(value: string, row: number): void {
    const { key } = this.#object;
    if (key === undefined || value === '') return;
    const { high, low } = this.#hash.reset().addText(keyText(value, key.kind));
    this.#hashes.add(high, low, row);
  }

  /**
   * @param folder of the records, in the message
   * @throws UsageError several records have the same key
   */
  require(folder: string): void {
    const { object, key } = this.#object;
    const [group] = this.#hashes.finish();
    if (group === undefined || key === undefined) return;
    const rows = group.rows.map((row) => row + 1).join(' and ');
    throw new UsageError(
      `Several records of ${object} have the same ${key.field}, such as rows ${rows} of ${folder}.`,
      {
        actions: [
          'Narrow the records of the plan with "where", or take another "key".',
          'Without a "key", each record is inserted.',
        ],
        data: { object, key: key.field, rows: group.rows },
      },
    );
  }

  [Symbol.dispose](): void {
    this.#hashes.close();
  }
}
