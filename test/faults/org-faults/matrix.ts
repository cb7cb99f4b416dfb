import { inParallel } from '../../../src/lib/parallel.js';
import { deleteWorkload, updateWorkload } from '../by-query-workload.ts';
import { exportWorkload } from '../export-workload.ts';
import { failedLoadWorkload, loadWorkload } from '../load-workload.ts';
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
    'rest.describe',
    'ingest.create',
    'ingest.upload',
    'ingest.close',
    'ingest.info',
    'ingest.results.successful',
    'ingest.results.failed',
  ],
  failedLoad: ['ingest.info', 'ingest.results.failed', 'ingest.results.unprocessed'],
  export: ['query.create', 'query.info', 'query.results', 'query.resultPages'],
  updateOverCollections: ['rest.describe', 'rest.query', 'rest.queryMore', 'collections.update'],
  deleteOverCollections: ['rest.query', 'collections.delete'],
  bulk: [
    'rest.query',
    'query.create',
    'query.info',
    'query.results',
    'ingest.create',
    'ingest.upload',
    'ingest.close',
    'ingest.info',
    'ingest.results.successful',
  ],
};

/** Mostly they wait. */
const casesAtOnce = 8;

/** Each fault at each endpoint, once and three times in a row; of all these cases every nth. */
export async function faultMatrix(everyNth = 1): Promise<FaultResult[]> {
  const subjects = await allSubjects();
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
    return { ...each, ...(await runUnderFaults(workload, [spec], fault)) };
  });
}

async function allSubjects() {
  return [
    { command: 'load', workload: loadWorkload, endpoints: endpoints.load },
    {
      command: 'load of which the org fails jobs',
      workload: failedLoadWorkload,
      endpoints: endpoints.failedLoad,
    },
    { command: 'export', workload: await exportWorkload(), endpoints: endpoints.export },
    {
      command: 'update by query over Collections',
      workload: updateWorkload({ allowBulk: false }),
      endpoints: endpoints.updateOverCollections,
    },
    {
      command: 'delete by query over Collections',
      workload: deleteWorkload({ allowBulk: false }),
      endpoints: endpoints.deleteOverCollections,
    },
    {
      command: 'update by query over Bulk',
      workload: updateWorkload({ bulkThreshold: 0 }),
      endpoints: endpoints.bulk,
    },
    {
      command: 'delete by query over Bulk',
      workload: deleteWorkload({ bulkThreshold: 0 }),
      endpoints: endpoints.bulk,
    },
  ];
}

export function nameOf({ command, endpoint, fault, times }: FaultCase): string {
  return `${command}: ${fault.name} at ${endpoint}, ${times === 1 ? 'once' : `${times} times`}`;
}
