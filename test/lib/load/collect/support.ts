import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { IngestResultKind } from '../../../../src/lib/api/types.js';
import { collectResults, type CollectRequest } from '../../../../src/lib/load/collect/collect.js';
import { errorGroupsIn, outcomeOf } from '../../../../src/lib/load/collect/complete.js';
import { RecordReader } from '../../../../src/lib/csv/record-reader.js';
import type { SourceRows } from '../../../../src/lib/load/collect/source-rows.js';
import type { ResultFetcher } from '../../../../src/lib/load/collect/request.js';
import type { PerResultFile } from '../../../../src/lib/load/model/result-sets.js';
import { tempRoot } from '../../../support/temp-root.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tempRoot, 'collect-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The bytes of a text in chunks of a given size. */
export async function* chunksOf(text: string | Buffer, chunkBytes = 64 * 1024): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
  }
}

export type Bodies = Partial<Record<IngestResultKind, string>>;

export type Fetched = { readonly jobId: string; readonly kind: IngestResultKind };

/** An org that answers with the same bodies every time, and remembers what it was asked for. */
export function orgWith(results: Readonly<Record<string, Bodies>>): {
  fetch: ResultFetcher;
  asked: Fetched[];
} {
  const asked: Fetched[] = [];
  const fetch: ResultFetcher = async (jobId, kind, read) => {
    asked.push({ jobId, kind });
    const body = results[jobId]?.[kind];
    if (body === undefined) throw new Error(`Nobody should ask for the ${kind} of ${jobId}.`);
    return read(chunksOf(body));
  };
  return { fetch, asked };
}

/** Source rows out of a CSV text with a header, as if it were a file. */
export function sourceOf(csv: string, file = 'accounts.csv'): SourceRows & { readonly scans: number } {
  const [header = ''] = csv.split('\n', 1);
  const source = {
    columns: header.split(','),
    scans: 0,
    async scan(...[visit, pause]: Parameters<SourceRows['scan']>) {
      source.scans += 1;
      let row = 1;
      const reader = new RecordReader(chunksOf(csv.slice(header.length + 1)), ',');
      await reader.read(
        Infinity,
        (record) => visit(record, file, row, { position: reader.recordStart, row: row++ }),
        pause,
      );
    },
  };
  return source;
}

export function filesIn(folder: string): PerResultFile<string> {
  return {
    success: join(folder, '750-success-records.csv.run.part'),
    failed: join(folder, '750-failed-records.csv.run.part'),
    unprocessed: join(folder, '750-unprocessed-records.csv.run.part'),
  };
}

export function requestIn(
  folder: string,
  rest: Pick<CollectRequest, 'jobs' | 'fetch'> & Partial<CollectRequest>,
): CollectRequest {
  return {
    delimiter: ',',
    lineEnding: 'LF',
    columns: ['Name', 'Phone'],
    files: filesIn(folder),
    refetchWaitMs: 0,
    ...rest,
  };
}

/** Collects, and tells what is in the files as it is told of a load. */
export async function collected(request: CollectRequest) {
  const progress = await collectResults(request);
  const { files, delimiter } = request;
  const errors = progress.rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
  return { ...outcomeOf(progress, errors, files), paths: files };
}

/** The three files, by kind. */
export async function readAll(paths: PerResultFile<string>): Promise<PerResultFile<string>> {
  const { success, failed, unprocessed } = paths;
  return {
    success: await readText(success),
    failed: await readText(failed),
    unprocessed: await readText(unprocessed),
  };
}

export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
