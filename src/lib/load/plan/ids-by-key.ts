import { rm } from 'node:fs/promises';
import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { idWords, readLongId, writeIdIn } from '../../csv/record-id.js';
import { suggestion } from '../../describe/did-you-mean.js';
import { fieldIndexOf } from '../../describe/field-index.js';
import { UsageError } from '../../errors.js';
import { IdMap } from '../../files/id-map.js';
import { isAmbiguous, KeyMapWriter } from '../../files/key-map.js';
import type { RunContext } from '../../run/context.js';
import { selectAll } from '../../soql/select-all.js';
import { compareKind, hashKey, matchText } from '../check/match-text.js';

/** Runs a query, and gives its results as CSV: a header, then the records. */
export type QueryCsv = (
  query: { readonly soql: string; readonly object: string },
  context: RunContext,
) => AsyncIterable<Buffer>;

/** Why a row has no record. The code is told before the reason. */
export type KeyFault = { readonly code: KeyFaultCode; readonly message: string };
type KeyFaultCode = 'NO_MATCH' | 'DUPLICATE_EXTERNAL_ID';

/** Whether a row was not sent since no single record had its key, by its `sf__Error`. */
export function isUnmatched(error: string): boolean {
  return /^(?:NO_MATCH|DUPLICATE_EXTERNAL_ID): /.test(error);
}

/** Rows come in no order of their keys. 8 MB have the blocks of 350,000 records. */
const keptBlocks = 1_024;

type IdsSetup = {
  readonly describe: SObjectDescribe;
  readonly field: DescribeField;
  readonly queryCsv: QueryCsv;
  readonly context: RunContext;
  /** Of a file of the run's own; it goes with `close`. */
  readonly path: string;
};

/** The ids of all records of an object by the value of a field, on disk. */
export class IdsByKey {
  readonly field: DescribeField;
  readonly #object: string;
  readonly #path: string;
  readonly #map: IdMap;

  private constructor({ describe, field, path }: IdsSetup) {
    this.field = field;
    this.#object = describe.name;
    this.#path = path;
    this.#map = IdMap.open(path, keptBlocks);
  }

  /** Reads the ids and keys of the object's records from the org. */
  static async read(setup: IdsSetup): Promise<IdsByKey> {
    const { describe, field, queryCsv, context, path } = setup;
    const { name: object } = describe;
    // Long texts can't be compared in a condition.
    const where = field.filterable ? { where: `${field.name} != null` } : {};
    const { soql } = selectAll({ describe, fields: ['Id', field.name], ...where });
    const map = new KeyMapWriter(path);
    try {
      await addRecords(queryCsv({ soql, object }, context), field, map);
      await map.finish();
    } finally {
      map.close();
    }
    return new IdsByKey(setup);
  }

  /** @returns the id of the only record with this key; undefined where there is none */
  idOf(key: string): string | undefined {
    const found = this.#find(key);
    return found === undefined || isAmbiguous(found) ? undefined : readLongId(found);
  }

  /** @returns why there is no single record with this key; undefined where there is one */
  faultOf(key: string): KeyFault | undefined {
    const { name } = this.field;
    const found = this.#find(key);
    if (found === undefined && matchText(key, compareKind(this.field)) === '')
      return { code: 'NO_MATCH', message: `This row has no ${name}.` };
    if (found === undefined) return { code: 'NO_MATCH', message: `No ${this.#object} has this ${name}.` };
    if (!isAmbiguous(found)) return undefined;
    return { code: 'DUPLICATE_EXTERNAL_ID', message: `Several ${this.#object} records have this ${name}.` };
  }

  async close(): Promise<void> {
    this.#map.close();
    await rm(this.#path, { force: true });
  }

  #find(key: string): Uint32Array | undefined {
    const kind = compareKind(this.field);
    return matchText(key, kind) === '' ? undefined : this.#map.get(hashKey(key, kind));
  }
}

async function addRecords(
  csv: AsyncIterable<Buffer>,
  field: DescribeField,
  map: KeyMapWriter,
): Promise<void> {
  const kind = compareKind(field);
  const reader = new RecordReader(csv, ',');
  const id = new Uint32Array(idWords);
  // The header is as the query selects: Id, then the key.
  await reader.read(1, () => undefined);
  await reader.read(Number.POSITIVE_INFINITY, (record) => {
    const key = cellText(record, 1);
    if (matchText(key, kind) !== '' && writeIdIn(record, 0, id)) map.add(hashKey(key, kind), id);
  });
}

/**
 * The field that an update finds its records by in place of their ids.
 * @throws UsageError there is no such field, or its values can't be read
 */
export function requireKeyField(describe: SObjectDescribe, name: string): DescribeField {
  const index = fieldIndexOf(describe);
  const field = index.field(name);
  const { name: object } = describe;
  if (field === undefined) {
    throw new UsageError(
      `${object} has no field "${name}" to find records by.${suggestion(index.nearestField(name))}`,
      { actions: [`See the fields of ${object}: sf sobject describe --sobject ${object}`] },
    );
  }
  const isWhole = selectAll({ describe: { ...describe, fields: [field] } }).leftOut.length > 0;
  if (!isWhole) return field;
  throw new UsageError(`Records can't be found by ${field.name}: it is read by its parts, or not at all.`, {
    actions: ['Name a field with one value, such as an external id, with --external-id.'],
  });
}
