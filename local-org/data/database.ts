import {
  OrgError,
  type Database,
  type QueryOutcome,
  type QueryRequest,
  type SaveRequest,
  type SaveResult,
  type SObjectDescribe,
  type StoredRecord,
  type Value,
} from '../contracts.ts';
import { defaultQuirks, type Quirks } from './quirks.ts';
import { headerProblem } from './save/header-problem.ts';
import { saveRecords } from './save/save.ts';
import { recordTypeInfosOf, type RecordTypeSeed } from './schema/record-types.ts';
import { Schema } from './schema/schema.ts';
import { loadRecords, readSeedFolder, type SeedOptions } from './seed.ts';
import { runQuery } from './soql/run.ts';
import { podOf } from './store/ids.ts';
import { Store } from './store/store.ts';
import { rowState } from './store/table.ts';

export type DatabaseOptions = SeedOptions & {
  /** More objects, or other versions of the built-in ones: each file a describe result, or a list of them. */
  readonly schemaFiles?: readonly string[];
  /** Records to begin with, by object, as {@link Database.load} takes them. */
  readonly seed?: Readonly<Record<string, Iterable<Record<string, Value>>>>;
  /** Id of the one organization. Default: that of the seed folder. */
  readonly orgId?: string | undefined;
  /** The org's clock. Default: the machine's. */
  readonly now?: () => Date;
  /** Where the counter behind new ids starts. Default 0. */
  readonly idSeed?: number;
  /** The org has person accounts: `IsPersonAccount`, `LastName` and others are fields of Account. Default false. */
  readonly personAccounts?: boolean;
  /** Record types: objects that have one have `RecordTypeId`. Default none. */
  readonly recordTypes?: readonly RecordTypeSeed[];
  /** Choices where the service's behaviour is not certain. */
  readonly quirks?: Partial<Quirks>;
};

const usualOrgId = '00DLo0000000001MAA';

class MemoryDatabase implements Database {
  readonly #store: Store;
  readonly #quirks: Quirks;

  constructor({
    seed = {},
    now = () => new Date(),
    idSeed = 0,
    orgId = usualOrgId,
    recordTypes = [],
    ...options
  }: DatabaseOptions) {
    this.#quirks = { ...defaultQuirks, ...options.quirks };
    const { unfilterableModstamps } = this.#quirks;
    const schema = new Schema(options.schemaFiles, {
      unfilterableModstamps,
      personAccounts: options.personAccounts === true,
      withRecordTypes: recordTypes.map(({ SobjectType }) => SobjectType),
    });
    this.#store = new Store({ schema, now, pod: podOf(orgId), idSeed });
    for (const [object, records] of readSeedFolder(orgId, options)) this.load(object, records);
    this.load(
      schema.objectOfRole('recordType'),
      recordTypes.map((each) => ({ Name: each.DeveloperName, IsActive: true, ...each })),
    );
    for (const [object, records] of Object.entries(seed)) this.load(object, records);
  }

  get objects(): readonly SObjectDescribe[] {
    return this.#store.schema.objects;
  }

  get toolingObjects(): readonly string[] {
    return this.#store.schema.toolingObjects;
  }

  objectOfRole(role: 'user' | 'organization' | 'recordType'): string {
    return this.#store.schema.objectOfRole(role);
  }

  find(object: string): SObjectDescribe | undefined {
    return this.#store.schema.find(object);
  }

  describe(object: string): SObjectDescribe {
    const found = this.find(object);
    if (found === undefined) throw new OrgError('NOT_FOUND', 'The requested resource does not exist', 404);
    const recordTypeInfos = recordTypeInfosOf(found, this.scan(this.objectOfRole('recordType')));
    return recordTypeInfos.length === 0 ? found : { ...found, recordTypeInfos };
  }

  headerProblem(
    request: Omit<SaveRequest, 'records' | 'source'>,
    header: readonly string[],
  ): string | undefined {
    return headerProblem({ store: this.#store, quirks: this.#quirks }, request, header);
  }

  save(request: SaveRequest): SaveResult[] {
    return saveRecords(this.#store, this.#quirks, request);
  }

  query(request: QueryRequest): QueryOutcome {
    return runQuery(this.#store, this.#quirks, request);
  }

  savepoint(): () => void {
    return this.#store.savepoint();
  }

  rowCount(object: string): number {
    return this.#store.table(object)?.size ?? 0;
  }

  load(object: string, records: Iterable<Record<string, Value>>): void {
    loadRecords(this.#store, object, records);
  }

  *scan(object: string, options: { readonly includeDeleted?: boolean } = {}): Iterable<StoredRecord> {
    const table = this.#store.table(object);
    if (table === undefined) return;
    const last = options.includeDeleted === true ? rowState.binned : rowState.live;
    for (let row = 0; row < table.size; row += 1) {
      if (table.state(row) > last) continue;
      yield Object.fromEntries(table.schema.fields.map(({ name }, column) => [name, table.get(row, column)]));
    }
  }
}

/** A new org's data: the objects of `local-org/schema`, one organization and one user. */
export function createDatabase(options: DatabaseOptions = {}): Database {
  return new MemoryDatabase(options);
}
