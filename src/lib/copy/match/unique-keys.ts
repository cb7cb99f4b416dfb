import { UsageError } from '../../errors.js';
import { matchText } from '../../load/check/match-text.js';
import { RepeatedHashes } from '../../load/check/repeated-hashes.js';
import { Fingerprint } from '../../load/collect/fingerprint.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { keyValues } from './match-key.js';
import { toldRecords } from '../source/told-records.js';

/** Makes sure that no two records of an object have the same key: which of them would win? Nothing, where it has none. */
export class UniqueKeys implements Disposable {
  readonly #object: Pick<CopyObject, 'object' | 'key' | 'set' | 'file'>;
  readonly #hash = new Fingerprint();
  readonly #hashes = new RepeatedHashes({ maxGroups: 5 });

  constructor(object: Pick<CopyObject, 'object' | 'key' | 'set' | 'file'>) {
    this.#object = object;
  }

  /** Rows are counted from 0, and come in their order. */
  add(value: string, row: number): void {
    const { key } = this.#object;
    if (key === undefined) return;
    const text = matchText(value, key.kind, key.scale);
    if (text === '') return;
    const { high, low } = this.#hash.reset().addText(text);
    this.#hashes.add(high, low, row);
  }

  /**
   * @param exported in whose rows the keys are
   * @throws UsageError several records have the same key
   */
  async require(exported: ExportedRecords): Promise<void> {
    const { object, key, set } = this.#object;
    const [group] = this.#hashes.finish();
    if (group === undefined || key === undefined) return;
    const values = keyValues({ match: { fields: [{ field: key.field }] }, set }, exported.columns);
    const [told] = await toldRecords({ object: this.#object, exported, values }, [group.rows]);
    throw new UsageError(
      `Several records of ${object} have the same ${key.field}, "${told?.value ?? ''}": ${told?.text ?? ''}.`,
      {
        actions: [
          'Narrow the records of the plan with "where", or take another "key".',
          'Without a "key", each record is inserted.',
        ],
        data: { object, key: key.field, rows: told?.names },
      },
    );
  }

  [Symbol.dispose](): void {
    this.#hashes.close();
  }
}
