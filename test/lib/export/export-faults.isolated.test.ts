import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { OrgUnreachableError } from '../../../src/lib/api/errors.js';
import { JobFailedError } from '../../../src/lib/jobs/errors.js';
import { endOf } from '../../../src/lib/run/store.js';
import { OutputError } from '../../../src/lib/export/sinks/errors.js';
import { RowCountError } from '../../../src/lib/errors.js';
import type { FaultAction } from '../../../local-org/index.ts';
import { failureOf } from '../../support/failure-of.ts';
import { accountCount, exportBench, pageCount, type ExportBench } from './export-bench.ts';

async function expectWhole(bench: ExportBench, name: string, jobId: string): Promise<void> {
  const written = (await bench.read(name)).toString();
  const rows = Buffer.concat(await bench.pageRows(jobId)).toString();
  expect(written.slice(written.indexOf('\n') + 1)).toBe(rows);
}

describe('a page that breaks is fetched again, alone', () => {
  const breaks: ReadonlyArray<[string, FaultAction]> = [
    ['the connection is cut in its middle', { kind: 'cut-response', afterBytes: 120 }],
    ['it ends early and cleanly, between two records', { kind: 'truncate', keepRecords: 2 }],
    ['it ends early and cleanly, inside a value', { kind: 'truncate', keepBytes: 300 }],
    ['the org is busy', { kind: 'answer', status: 503 }],
    ['there is no answer', { kind: 'drop-before' }],
    ['it has more records than it says', { kind: 'append', text: '"x","x","x","x","x","x","x","x"\n' }],
  ];
  test.each(breaks)('%s', async (_, action) => {
    const bench = await exportBench();
    await bench.org.faults.add({ endpoint: 'query.results', nth: 3, action });
    const { job, rows } = await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    expect(rows).toBe(accountCount);
    expect(await bench.requests('query.results')).toBe(pageCount + 1);
    await expectWhole(bench, 'a.csv', job.id);
  });
});

describe('what cannot be made whole ends with an error, and no file under the final name', () => {
  test('a page that is always short', async () => {
    const bench = await exportBench();
    const action = { kind: 'truncate', keepRecords: 3 } as const;
    await bench.org.faults.add({ endpoint: 'query.results', nth: 4, count: 'always', action });
    const error = await failureOf(bench.run(bench.plan({ outputFile: bench.file('a.csv') })));
    expect(error).toBeInstanceOf(OrgUnreachableError);
    expect(error.message).toContain('it has 3 of 4 records');
    expect(await bench.files()).toEqual(['a.csv.part']);
    expect(await bench.spools()).toEqual([]);
  });

  test('a page that says it is the last and is not', async () => {
    const bench = await exportBench({ quirks: { resultPages: 'missing' } });
    const action = { kind: 'alter', headers: { 'Sforce-Locator': 'null' } } as const;
    await bench.org.faults.add({ endpoint: 'query.results', nth: 3, action });
    const error = await failureOf<RowCountError>(
      bench.run(bench.plan({ outputFile: bench.file('a.csv'), concurrency: 1 })),
    );
    expect(error).toBeInstanceOf(RowCountError);
    expect(error.data).toMatchObject({ expected: accountCount, received: 12 });
    expect(await bench.files()).toEqual(['a.csv.part']);
  });

  test('pages that count otherwise than the job', async () => {
    const bench = await exportBench();
    const { api } = bench.context;
    // Every count of records in an answer about the job is one too many.
    const miscounting: typeof api = {
      requestCount: 0,
      send: (request, read) =>
        api.send(request, async (response) => {
          const answer = await read(response);
          const info = answer as { numberRecordsProcessed?: number };
          if (info.numberRecordsProcessed === undefined) return answer;
          return { ...info, numberRecordsProcessed: info.numberRecordsProcessed + 1 } as typeof answer;
        }),
    };
    const error = await failureOf(
      bench.run(bench.plan({ outputFile: bench.file('a.csv') }), { api: miscounting }),
    );
    expect(error).toBeInstanceOf(RowCountError);
    expect(error.message).toContain(`has ${accountCount + 1} records, and its pages brought ${accountCount}`);
    expect(await bench.files()).toEqual(['a.csv.part']);
  });

  test('a page with other columns', async () => {
    const bench = await exportBench();
    const { api } = bench.context;
    let pages = 0;
    const confusing: typeof api = {
      requestCount: 0,
      send: (request, read) => {
        if (!request.path.endsWith('/results') || (pages += 1) < 3) return api.send(request, read);
        return api.send(request, async (response) => {
          const page = (await text(response.body)).replace('"Name"', '"Other"');
          return read({ ...response, body: Readable.from([Buffer.from(page)]) });
        });
      },
    };
    const error = await failureOf(
      bench.run(bench.plan({ outputFile: bench.file('a.csv') }), { api: confusing }),
    );
    expect(error.message).toContain('has other columns than the first one');
    expect(await bench.files()).toEqual(['a.csv.part']);
  });

  test('a job that fails, with the reason that the org gives', async () => {
    const bench = await exportBench();
    const errorMessage = 'InvalidBatch : something else';
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage } as const;
    await bench.org.faults.add({ endpoint: 'query.process', action });
    const error = await failureOf(bench.run(bench.plan({ outputFile: bench.file('a.csv') })));
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error.message).toContain(errorMessage);
    expect(await bench.files()).toEqual([]);
    // It can't be resumed, and is not offered.
    const end = endOf((await bench.newestRun()).records);
    expect(end?.reason).toContain(errorMessage);
  });

  test('a disk that fills up', async () => {
    const bench = await exportBench();
    await fillDiskAfter(3);
    const outputFile = bench.file('a.csv');
    const error = await failureOf<OutputError>(bench.run(bench.plan({ outputFile })));
    expect(error).toBeInstanceOf(OutputError);
    expect(error.message).toBe(`Could not write ${outputFile}: the disk is full (ENOSPC).`);
    expect(error.actions).toEqual(['Make room on the disk.']);
    expect(await bench.files()).toEqual(['a.csv.part']);
    vi.restoreAllMocks();
    await expectWhole(bench, 'a.csv', (await bench.resume(await bench.newestRun())).job.id);
  });

  test('a folder that is not there', async () => {
    const bench = await exportBench();
    const error = await failureOf(bench.run(bench.plan({ outputFile: bench.file('none/a.csv') })));
    expect(error.message).toContain('there is no such folder (ENOENT)');
  });
});

/** Every file takes so many writes, and then the disk is full. */
async function fillDiskAfter(writes: number): Promise<void> {
  const handle = await open('/dev/null', 'w');
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  onTestFinished(() => void vi.restoreAllMocks());
  let left = writes;
  const write = Reflect.get(prototype, 'writev') as (...args: unknown[]) => never;
  vi.spyOn(prototype, 'writev').mockImplementation(function (this: typeof handle, ...args: unknown[]) {
    left -= 1;
    if (left >= 0) return write.apply(this, args);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
  });
}
