import type { Database } from '../contracts.ts';
import type { ResolvedOptions } from '../options.ts';
import type { JobStore } from '../bulk/job-store.ts';
import type { IngestJob, QueryJob } from '../bulk/job.ts';

import type { JobLists } from '../bulk/job-lists.ts';
import type { GeneratedTable } from '../tables/generated-table.ts';
import type { QueryCursors } from '../rest/query-cursors.ts';
import type { AllowanceBook } from './allowance.ts';
import type { Counters } from './counters.ts';
import type { FaultRegistry } from './faults.ts';
import type { Random } from './random.ts';
import type { Sessions } from './sessions.ts';
import type { Spool } from './spool.ts';
import type { Wire } from './wire.ts';

/** Everything one org is made of; handlers are given it with each request. */
export type World = {
  readonly options: ResolvedOptions;
  readonly database: Database;
  readonly sessions: Sessions;
  readonly allowance: AllowanceBook;
  readonly faults: FaultRegistry;
  readonly counters: Counters;
  readonly wire: Wire;
  readonly spool: Spool;
  readonly random: Random;
  readonly ingestJobs: JobStore<IngestJob>;
  readonly queryJobs: JobStore<QueryJob>;
  readonly jobLists: JobLists;
  readonly cursors: QueryCursors;
  readonly tables: ReadonlyMap<string, GeneratedTable>;
  /** Makes an id of one of the org's own kinds. */
  readonly newId: (kind: 'job' | 'result' | 'cursor') => string;
  /** Runs work that outlives its request; the org waits for none of it when it stops. */
  readonly run: (work: () => Promise<void>) => void;
};
