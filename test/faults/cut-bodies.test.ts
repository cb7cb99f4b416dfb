import { describe, expect, test } from 'vitest';
import { inParallel } from '../../src/lib/in-parallel.js';
import type { FaultAction } from '../org/server/fault-spec.ts';
import { exportWorkload } from './export-workload.ts';
import { failedLoadWorkload, loadWorkload } from './load-workload.ts';
import { runUnderFaults } from './org-faults/run-case.ts';
import type { Workload } from './workload.ts';

const forms: ReadonlyArray<{ framing: 'chunked' | 'content-length'; gzip: boolean }> = [
  { framing: 'chunked', gzip: false },
  { framing: 'chunked', gzip: true },
  { framing: 'content-length', gzip: false },
  { framing: 'content-length', gzip: true },
];

/** The connection breaks off, or the body ends as if that had been all: in its header, in a record, between records. */
const cuts: readonly FaultAction[] = [
  ...[0, 1, 20, 60, 150, 100_000].map((afterBytes) => ({ kind: 'cut-response', afterBytes }) as const),
  ...[1, 20, 60, 150].map((keepBytes) => ({ kind: 'truncate', keepBytes }) as const),
  ...[0, 1, 5].map((keepRecords) => ({ kind: 'truncate', keepRecords }) as const),
];

describe.each(forms)('a body that is cut short, $framing, gzip $gzip, is never taken for whole', (form) => {
  test.each([
    'ingest.results.successful',
    'ingest.results.failed',
    'ingest.results.unprocessed',
    'query.results',
  ])(
    'at %s',
    async (endpoint) => {
      const workload = await workloadWith(endpoint);
      const outcomes = await inParallel(cuts, 8, async (action) => {
        const faults = [
          { endpoint, count: 'always', action: { kind: 'alter', ...form } },
          { endpoint, nth: 2, action },
        ] as const;
        return { action, ...(await runUnderFaults(workload, faults)) };
      });
      expect(outcomes).toEqual(cuts.map((action) => ({ action, ending: 'right', problems: [] })));
    },
    60_000,
  );
});

async function workloadWith(endpoint: string): Promise<Workload> {
  if (endpoint.startsWith('query')) return exportWorkload();
  return endpoint.endsWith('unprocessed') ? failedLoadWorkload : loadWorkload;
}
