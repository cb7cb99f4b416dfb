import type { InputProblem } from '../../errors.js';
import type { RecordSource } from '../../input/records-to-csv.js';
import { UnreadableRecord, type ReadRecord } from '../../input/unreadable-record.js';

/** More are told as others: a file of all objects is no reason for a message of thousands of words. */
const mostTypes = 5;

/** Counts the records that say that they are of another object than the one they are loaded into. */
export class RecordTypes {
  readonly #object: string | undefined;
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** @param object undefined: nothing is counted */
  constructor(object: string | undefined) {
    this.#object = object;
  }

  /** The same source; its records are counted when it is read for the first time. */
  counting(source: RecordSource): RecordSource {
    let isFirst = true;
    return () => {
      const records = source();
      if (!isFirst) return records;
      isFirst = false;
      return this.each(records);
    };
  }

  /** The same records, counted. */
  async *each<T extends ReadRecord>(records: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
    for await (const record of records) {
      this.#add(record);
      yield record;
    }
  }

  /** Undefined where there are none. */
  notice(file: string): InputProblem | undefined {
    if (this.#total === 0) return undefined;
    const types = [...this.#counts].map(([type, count]) => `${type} (${count})`);
    const told = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const list = told < this.#total ? [...types, `others (${this.#total - told})`] : types;
    const isOne = this.#total === 1;
    const message =
      `${isOne ? '1 record' : `${this.#total} records`} of ${file} ${isOne ? 'has' : 'have'} another type in "attributes" than` +
      ` ${this.#object}, into which ${isOne ? 'it is' : 'they are'} loaded: ${list.join(', ')}.`;
    return { /** Records may be of another object. */ code: 'OTHER_OBJECT', file, message };
  }

  #add(record: ReadRecord): void {
    if (this.#object === undefined || record instanceof UnreadableRecord) return;
    const type = typeOf(record.attributes);
    if (type === undefined || type.toLowerCase() === this.#object.toLowerCase()) return;
    this.#total += 1;
    const count = this.#counts.get(type);
    if (count !== undefined || this.#counts.size < mostTypes) this.#counts.set(type, (count ?? 0) + 1);
  }
}

/** As REST writes it beside the fields of a record. */
function typeOf(attributes: unknown): string | undefined {
  if (typeof attributes !== 'object' || attributes === null || !('type' in attributes)) return undefined;
  return typeof attributes.type === 'string' ? attributes.type : undefined;
}
