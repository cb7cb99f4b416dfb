import { idWords, writeIdIn } from '../../csv/record-id.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { IdMapWriter } from '../../files/id-map.js';
import type { CopyObject } from '../../run/copy-record.js';
import { CopyMaps } from '../model/copy-maps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { personSelectionName, selectionName, ownFile } from '../model/own-files.js';
import { selectPersonContacts } from '../survey/person-contacts.js';
import { Sifter } from '../survey/sifter.js';
import { recordTwice } from '../source/told-records.js';
import { prefixesOf, type CopyWork } from '../model/work.js';

/** Something that a map has as the id of a record. */
const there = Uint32Array.of(1, 0, 0);

/** Which records of an object belong to a copy into a folder. */
export type ObjectSelection = Disposable & {
  /** Whether a record does, as far as `within` tells: conditions were asked of the org. */
  readonly takes: (record: CsvRecord) => boolean;
  /** To be called when all records were seen; those of the object are known then. */
  readonly finish: () => Promise<void>;
};

/** Finds out, object after object in the order of their loads, which exported records belong to the copy; in constant memory. */
export class FolderSelection implements Disposable {
  readonly #work: CopyWork;
  readonly #members = new CopyMaps();

  constructor(work: CopyWork) {
    this.#work = work;
  }

  begin(object: CopyObject, exported: ExportedRecords): ObjectSelection {
    const { plan } = this.#work.journal;
    const { columns } = exported;
    const sifter = new Sifter({
      object,
      columns,
      prefixes: prefixesOf(plan),
      find: (name, id) => this.#members.find(name, id),
      findByName: () => undefined,
      isMatched: () => false,
    });
    const path = ownFile(this.#work, selectionName(object.object));
    const members = this.#hasChildren(object) ? new IdMapWriter(path) : undefined;
    const idCell = exported.indexOf('Id');
    const id = new Uint32Array(idWords);
    return {
      takes: (record) => {
        if (!sifter.isWithin(record)) return false;
        if (members !== undefined && writeIdIn(record, idCell, id)) members.add(id, there);
        return true;
      },
      finish: async () => {
        if (members === undefined) return;
        const twice = await members.finish();
        if (twice !== undefined) throw await recordTwice({ object, exported }, twice);
        this.#members.add(object.object, path);
        const persons = ownFile(this.#work, personSelectionName);
        await selectPersonContacts(object, this.#members, { exported, path: persons });
      },
      [Symbol.dispose]: () => members?.discard(),
    };
  }

  [Symbol.dispose](): void {
    this.#members.close();
  }

  /** Whether records of others belong to the copy by those of an object, or by their contacts. */
  #hasChildren({ object, persons }: CopyObject): boolean {
    return this.#work.journal.plan.objects.some(({ lookups, within = [] }) =>
      lookups.some(
        ({ field, to }) =>
          within.includes(field) && [object, persons?.contact].some((name) => to.includes(name ?? '')),
      ),
    );
  }
}
