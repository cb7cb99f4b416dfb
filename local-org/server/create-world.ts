import { readFileSync, writeFileSync } from 'node:fs';
import { ageJob } from '../bulk/age-job.ts';
import { JobLists } from '../bulk/job-lists.ts';
import { JobStore } from '../bulk/job-store.ts';
import type { Value } from '../contracts.ts';
import { createDatabase } from '../data/database.ts';
import { podOf } from '../data/store/ids.ts';
import type { ResolvedOptions } from '../options.ts';
import { QueryCursors } from '../rest/query-cursors.ts';
import { mostRows, tableSchema, type GeneratedTable } from '../tables/generated-table.ts';
import { AllowanceBook } from './allowance.ts';
import { Counters } from './counters.ts';
import { FaultRegistry } from './faults.ts';
import { idMaker } from './ids.ts';
import { seededRandom } from './random.ts';
import { routes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { Spool } from './spool.ts';
import { Wire } from './wire.ts';
import type { World } from './world.ts';

type Seed = Readonly<Record<string, Array<Record<string, Value>>>>;

/** Builds an org's parts; the only thing outside of memory is its spool folder. */
export function createWorld(options: ResolvedOptions): World {
  const spool = new Spool();
  const tables = toTables(options);
  const takesJobs = options.ingestMode === 'sink';
  const database = createDatabase({
    schemaFiles: [
      ...options.schema,
      ...[...tables.values()].map((table) => tableFile(spool, table, takesJobs)),
    ],
    personAccounts: options.personAccounts,
    recordTypes: options.recordTypes,
    sandbox: options.sandbox,
    edition: options.edition,
    quirks: options.dataQuirks,
    orgId: options.orgId,
  });
  for (const file of options.seed) {
    const seed = JSON.parse(readFileSync(file, 'utf8')) as Seed;
    for (const [object, records] of Object.entries(seed)) database.load(object, records);
  }
  const random = seededRandom(options.randomSeed);
  const faults = new FaultRegistry([...routes.map(({ endpoint }) => endpoint), 'ingest.abort']);
  for (const spec of options.faults) faults.add(spec);
  const makers = {
    job: idMaker('750', options.orgId),
    result: idMaker('0Ga', options.orgId),
    cursor: idMaker('01g', options.orgId),
  };
  return {
    options,
    database,
    tables,
    spool,
    random,
    faults,
    sessions: new Sessions(identityOf(database), options.accessToken),
    allowance: new AllowanceBook(options.allowances, options.dailyIngestRecords),
    counters: new Counters(),
    wire: new Wire(options),
    ingestJobs: new JobStore((job) => ageJob(job, options)),
    queryJobs: new JobStore((job) => ageJob(job, options)),
    jobLists: new JobLists(makers.cursor, random),
    cursors: new QueryCursors(),
    newId: (kind) => makers[kind](),
    run: (work) => void work(),
  };
}

function toTables({ tables, orgId }: ResolvedOptions): ReadonlyMap<string, GeneratedTable> {
  const all = Object.entries(tables).map(([name, rows], index): [string, GeneratedTable] => {
    if (rows > mostRows) throw new Error(`${name}: a generated table has at most ${mostRows} rows`);
    return [name, { name, rows, keyPrefix: `a${String(index).padStart(2, '0')}`, pod: podOf(orgId) }];
  });
  return new Map(all);
}

/** The data learns of generated tables as of any other object: from a schema file. */
function tableFile(spool: Spool, table: GeneratedTable, takesJobs: boolean): string {
  const file = spool.next(`${table.name}.json`);
  writeFileSync(file, JSON.stringify(tableSchema(table, takesJobs)));
  return file;
}

/** The org and its user are the first records of the objects that the service keeps them in. */
function identityOf(database: World['database']): { orgId: string; userId: string; username: string } {
  const [organization] = database.scan(database.objectOfRole('organization'));
  const [user] = database.scan(database.objectOfRole('user'));
  return {
    orgId: String(organization?.Id),
    userId: String(user?.Id),
    username: String(user?.Username),
  };
}
