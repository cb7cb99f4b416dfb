import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Events } from '../../../src/lib/events.js';
import { resumeExport, runExport } from '../../../src/lib/export/export.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import { PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { resumeLoad, startLoad } from '../../../src/lib/load/load.js';
import { planLoad } from '../../../src/lib/load/plan/plan.js';
import { withinWait } from '../../../src/lib/run/within-wait.js';
import { startOrg, type FaultAction, type Org } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { failureOf } from '../../support/failure-of.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const wait = { timeoutMs: 300 };
/** The wait, the seconds of grace, and what a busy machine may add. */
const mostMs = 20_000;

const hangs: FaultAction = { kind: 'hold', when: 'before' };
const trickles: FaultAction = { kind: 'trickle', bytesPerSecond: 1 };
const asksToWait: FaultAction = { kind: 'answer', status: 503, retryAfterSeconds: 300 };

type Case = readonly [what: string, endpoint: string, action: FaultAction];

test('a load ends when the wait does, whatever its org does meanwhile, and can be resumed', async () => {
  await atOnce(
    [
      ['hangs at its describe', 'rest.describe', hangs],
      ['trickles its describe', 'rest.describe', trickles],
      ['hangs at the creation of its job', 'ingest.create', hangs],
      ['hangs at its upload', 'ingest.upload', hangs],
      ['hangs at the close of its job', 'ingest.close', hangs],
      ['hangs at a look at its job', 'ingest.info', hangs],
      ['trickles a look at its job', 'ingest.info', trickles],
      ['asks for a longer wait than is left', 'ingest.info', asksToWait],
      ['trickles its results', 'ingest.results.successful', trickles],
    ],
    async (endpoint, action) => {
      const { org, library, folder } = await openOrg();
      const path = join(folder, 'a.csv');
      await writeFile(path, `Name\n${'Ada\nBob\n'.repeat(20)}`);
      const options = { wait, events: new Events<LoadEvents>() };
      const request = { ...insertRequest(path, folder), preflight: true, wait };
      await org.faults.add({ endpoint, action, count: 99 });
      const startedMs = performance.now();
      const error = await failureOf(
        withinWait(wait, library, async (bounded) =>
          startLoad(await planLoad(request, bounded, options.events), options, bounded),
        ),
      );
      expect(error).toBeInstanceOf(PollingTimeoutError);
      expect(performance.now() - startedMs).toBeLessThan(mostMs);
      await org.faults.clear();
      const [run] = await library.store.list();
      if (run === undefined || run.records.length === 0) return;
      const status = await resumeLoad(run, { ...options, wait: 'end' }, library);
      expect(status.successful).toBe(40);
      expect(await org.records('Account')).toHaveLength(40);
    },
  );
});

test('an export ends when the wait does, whatever its org does meanwhile, and can be resumed', async () => {
  await atOnce(
    [
      ['hangs at the creation of its job', 'query.create', hangs],
      ['hangs at a look at its job', 'query.info', hangs],
      ['trickles a look at its job', 'query.info', trickles],
      ['hangs at a page', 'query.results', hangs],
      ['trickles a page', 'query.results', trickles],
    ],
    async (endpoint, action) => {
      const { org, library, folder } = await openOrg();
      org.database.load('Account', [{ Name: 'Ada' }, { Name: 'Bob' }]);
      const outputFile = join(folder, 'out.csv');
      const plan = {
        operation: 'query',
        soql: 'SELECT Name FROM Account ORDER BY Name',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
        format: 'csv',
        typed: false,
        outputFile,
      } as const;
      const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
      const options = { wait, events: new Events<ExportEvents>(), openSink };
      await org.faults.add({ endpoint, action, count: 99 });
      const startedMs = performance.now();
      expect(await failureOf(runExport(plan, options, library))).toBeInstanceOf(PollingTimeoutError);
      expect(performance.now() - startedMs).toBeLessThan(mostMs);
      await org.faults.clear();
      const [run] = await library.store.list();
      await resumeExport(run!, { ...options, wait: 'end' }, library);
      expect(await readFile(outputFile, 'utf8')).toBe('"Name"\n"Ada"\n"Bob"\n');
    },
  );
});

/** Each case lasts seconds, most of which it waits. */
async function atOnce(
  cases: readonly Case[],
  run: (endpoint: string, action: FaultAction) => Promise<void>,
): Promise<void> {
  const outcomes = cases.map(async ([what, endpoint, action]) => {
    await run(endpoint, action).catch((cause: unknown) => {
      throw new Error(`It ${what}: ${String(cause)}`, { cause });
    });
  });
  for (const outcome of await Promise.allSettled(outcomes)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

async function openOrg(): Promise<{ org: Org; library: ReturnType<typeof openLibrary>; folder: string }> {
  const org = await startOrg({ queryDelayMs: 0 });
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  return { org, library, folder };
}
