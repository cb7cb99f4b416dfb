import { UsageError } from '../../errors.js';
import type { CopyLookup, CopyObject, CopyOwners, CopySurvey } from '../../run/copy-record.js';
import { nameInSource } from '../match/by-name.js';

type Unmatched = { readonly lookup: CopyLookup; readonly name: string; rows: number };

/** Counts records of an object whose owner or record type the target does not have. */
export class UnmatchedNames {
  readonly #object: CopyObject;
  readonly #owners: CopyOwners | undefined;
  readonly #byId = new Map<string, Unmatched>();

  constructor(object: CopyObject, owners: CopyOwners | undefined) {
    this.#object = object;
    this.#owners = owners;
  }

  add(found: ReadonlyArray<{ readonly lookup: CopyLookup; readonly id: string }>): void {
    for (const { lookup, id } of found) {
      const key = `${lookup.field} ${id}`;
      const known = this.#byId.get(key);
      if (known !== undefined) known.rows += 1;
      else {
        const name = nameInSource(this.#object, this.#owners?.missing, lookup, id);
        this.#byId.set(key, { lookup, name, rows: 1 });
      }
    }
  }

  /** Records by lookup; nothing where all were found. */
  get counts(): Pick<CopySurvey, 'unmatched'> {
    const unmatched: Record<string, number> = {};
    for (const { lookup, rows } of this.#byId.values())
      unmatched[lookup.field] = (unmatched[lookup.field] ?? 0) + rows;
    return this.#byId.size === 0 ? {} : { unmatched };
  }

  /** @throws UsageError a name is missing where that stops the copy */
  require(): void {
    const missing = [...this.#byId.values()].filter(({ lookup }) => lookup.missing === 'fail');
    const [first] = missing;
    if (first === undefined) return;
    const { object } = this.#object;
    const isOwner = first.lookup.byName === 'owner';
    const names = missing.map(({ name, rows }) => `${name} (${rows} ${rows === 1 ? 'record' : 'records'})`);
    const what = isOwner ? 'active users or queues' : `record types of ${object}`;
    const actions = [
      ...(isOwner
        ? []
        : [
            `Say in a plan which ones to use instead (--write-plan makes one): values: { RecordType: { ${first.name}: … } } of ${object}.`,
          ]),
      `Or say what happens to such records: lookups: { ${first.lookup.field}: { missing: ${isOwner ? 'hold' : 'clear'} } }${isOwner ? '' : ' (or hold)'}.`,
    ];
    throw new UsageError(`The target doesn't have these ${what}: ${names.join(', ')}.`, {
      actions,
      data: { object, missing: missing.map(({ name, rows }) => ({ name, rows })) },
    });
  }
}
