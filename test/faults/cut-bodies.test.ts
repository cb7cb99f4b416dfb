import { describe, expect, test } from 'vitest';
import { idMaker, type FaultAction } from '../../local-org/index.ts';
import { exportWorkload } from './export-workload.ts';
import { failedLoadOf, loadOf } from './load-workload.ts';
import { sampled } from '../support/sampled.ts';
import { runUnderFaults, shortPolicy } from './org-faults/run-case.ts';

const forms: ReadonlyArray<{ framing: 'chunked' | 'content-length'; gzip: boolean }> = [
  { framing: 'chunked', gzip: false },
  { framing: 'chunked', gzip: true },
  { framing: 'content-length', gzip: true },
  { framing: 'content-length', gzip: false },
];

/** The connection breaks off, or the body ends as if that had been all: in its header, in a record, between records. */
const cuts: readonly FaultAction[] = [
  ...[0, 1, 20, 60, 150, 100_000].map((afterBytes) => ({ kind: 'cut-response', afterBytes }) as const),
  ...[1, 20, 60, 150].map((keepBytes) => ({ kind: 'truncate', keepBytes }) as const),
  ...[0, 1, 5].map((keepRecords) => ({ kind: 'truncate', keepRecords }) as const),
];

const results = ['ingest.results.successful', 'ingest.results.failed', 'ingest.results.unprocessed'];
const resultsInForms = forms.flatMap((form) => results.map((endpoint) => ({ ...form, endpoint })));

const altered = (endpoint: string, form: (typeof forms)[number]) =>
  ({ endpoint, count: 'always', action: { kind: 'alter', ...form } }) as const;

describe.concurrent('a body that is cut short is never taken for whole', { timeout: 60_000 }, () => {
  // Those that are left have each endpoint in both framings, with gzip and without.
  test.each(sampled(resultsInForms, 2))(
    'at $endpoint, $framing, gzip $gzip',
    async ({ endpoint, ...form }) => {
      const loadOfParts = endpoint.endsWith('unprocessed') ? failedLoadOf : loadOf;
      const load = loadOfParts(cuts.length + 1);
      const orgId = '00DLo0000000001';
      // Each cut is for a job of its own, and one job is spared.
      const nextId = idMaker('750', orgId);
      const each = cuts.map((action) => ({ endpoint, jobId: nextId(), action }));
      const workload = { ...load, orgOptions: { ...load.orgOptions, orgId } };
      const outcome = await runUnderFaults(workload, [altered(endpoint, form), ...each]);
      expect(outcome).toEqual({ ending: 'right', problems: [] });
    },
  );

  test.each(forms)('at query.results, $framing, gzip $gzip', async (form) => {
    const endpoint = 'query.results';
    const each = cuts.map((action, index) => ({ endpoint, nth: 2 * (index + 1), action }));
    // Pages come in any order, so that the tries of one may meet every cut.
    const retryPolicy = { ...shortPolicy, attempts: cuts.length + 1 };
    const workload = await exportWorkload(2 * (cuts.length + 1));
    const outcome = await runUnderFaults(workload, [altered(endpoint, form), ...each], { retryPolicy });
    expect(outcome).toEqual({ ending: 'right', problems: [] });
  });
});
