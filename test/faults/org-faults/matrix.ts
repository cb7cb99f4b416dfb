import { inParallel } from '../../../src/lib/in-parallel.js';
import { byQueryWorkload } from '../by-query-workload.ts';
import { exportWorkload } from '../export-workload.ts';
import { loadWorkload } from '../load-workload.ts';
import type { Workload } from '../workload.ts';
import { faultKinds, type NamedFault } from './kinds.ts';
import { runUnderFaults, type FaultOutcome } from './run-case.ts';

export type FaultCase = {
  readonly command: string;
  readonly workload: Workload;
  readonly endpoint: string;
  readonly fault: NamedFault;
  /** Requests in a row that it hits. */
  readonly times: number;
};

export type FaultResult = FaultCase & FaultOutcome;

const endpoints = {
  load: [
    'ingest.create',
    'ingest.upload',
    'ingest.close',
    'ingest.info',
    'ingest.results.successful',
    'ingest.results.failed',
  ],
  collections: ['rest.describe', 'rest.query', 'collections.update'],
  bulk: ['query.create', 'query.results', 'ingest.create', 'ingest.upload', 'ingest.close', 'ingest.info'],
  export: ['query.create', 'query.info', 'query.results', 'query.resultPages'],
};

/** Mostly they wait. */
const casesAtOnce = 8;

/** Each fault at each endpoint, once and three times in a row; of all these cases every nth. */
export async function faultMatrix(everyNth = 1): Promise<FaultResult[]> {
  const subjects = [
    { command: 'load', workload: loadWorkload, endpoints: endpoints.load },
    { command: 'export', workload: await exportWorkload(), endpoints: endpoints.export },
    {
      command: 'update by query over Collections',
      workload: byQueryWorkload({ allowBulk: false }),
      endpoints: endpoints.collections,
    },
    {
      command: 'update by query over Bulk',
      workload: byQueryWorkload({ bulkThreshold: 0 }),
      endpoints: endpoints.bulk,
    },
  ];
  const cases = subjects.flatMap(({ command, workload, endpoints: places }) =>
    places.flatMap((endpoint) =>
      faultKinds
        .filter(({ at }) => at === undefined || at.test(endpoint))
        .flatMap((fault) => [1, 3].map((times) => ({ command, workload, endpoint, fault, times }))),
    ),
  );
  const chosen = cases.filter((_, index) => index % everyNth === 0);
  return inParallel(chosen, casesAtOnce, async (each: FaultCase) => {
    const { endpoint, fault, times, workload } = each;
    const spec = { endpoint, count: times, action: fault.action };
    return { ...each, ...(await runUnderFaults(workload, [spec])) };
  });
}

export function nameOf({ command, endpoint, fault, times }: FaultCase): string {
  return `${command}: ${fault.name} at ${endpoint}, ${times === 1 ? 'once' : `${times} times`}`;
}
