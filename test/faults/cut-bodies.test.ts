import { describe, expect, test } from 'vitest';
import { idMaker, type FaultAction } from '../../local-org/index.ts';
import { exportWorkload } from './export-workload.ts';
import { failedLoadOf, loadOf } from './load-workload.ts';
import { runUnderFaults, shortPolicy } from './org-faults/run-case.ts';

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

describe.concurrent.each(forms)(
  'a body that is cut short, $framing, gzip $gzip, is never taken for whole',
  { timeout: 60_000 },
  (form) => {
    const altered = (endpoint: string) =>
      ({ endpoint, count: 'always', action: { kind: 'alter', ...form } }) as const;

    test.each(['ingest.results.successful', 'ingest.results.failed', 'ingest.results.unprocessed'])(
      'at %s',
      async (endpoint) => {
        const loadOfParts = endpoint.endsWith('unprocessed') ? failedLoadOf : loadOf;
        const load = loadOfParts(cuts.length + 1);
        const orgId = '00DLo0000000001';
        // Each cut is for a job of its own, and one job is spared.
        const nextId = idMaker('750', orgId);
        const each = cuts.map((action) => ({ endpoint, jobId: nextId(), action }));
        const workload = { ...load, orgOptions: { ...load.orgOptions, orgId } };
        const outcome = await runUnderFaults(workload, [altered(endpoint), ...each]);
        expect(outcome).toEqual({ ending: 'right', problems: [] });
      },
    );

    test('at query.results', async () => {
      const endpoint = 'query.results';
      const each = cuts.map((action, index) => ({ endpoint, nth: 2 * (index + 1), action }));
      // Pages come in any order, so that the tries of one may meet every cut.
      const retryPolicy = { ...shortPolicy, attempts: cuts.length + 1 };
      const workload = await exportWorkload(2 * (cuts.length + 1));
      const outcome = await runUnderFaults(workload, [altered(endpoint), ...each], { retryPolicy });
      expect(outcome).toEqual({ ending: 'right', problems: [] });
    });
  },
);
