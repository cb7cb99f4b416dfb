import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { restApi } from '../api/rest.js';
import { withRetry } from '../api/retry.js';
import { Bulk2Error } from '../errors.js';
import type { Events } from '../events.js';
import { readNdjson } from '../input/ndjson-in.js';
import type { LoadEvents } from '../load/events.js';
import type { RunContext } from '../run/context.js';
import { failed, notProcessed, type RecordResult } from './record-result.js';
import type { SavedRecords } from './save.js';
import { ApartSender } from './send-apart.js';
import type { RecordChange } from './send-chunk.js';

/** What SObject Collections take in one call (REST guide: SObject Collections). */
const chunkRecords = 200;

/** Records of a change over SObject Collections that have a result so far. */
export type ChangeProgress = { readonly successful: number; readonly failed: number };

type CollectionsOptions = {
  readonly events: Events<LoadEvents>;
  readonly onChanged: ((progress: ChangeProgress) => void) | undefined;
};

/** Changes the saved records in calls of 200, one after the other. @returns the file with a result a line, in order */
export async function applyCollections(
  { found, runId, changesPath }: SavedRecords,
  context: RunContext,
  { events, onChanged }: CollectionsOptions,
): Promise<string> {
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), context.retryPolicy);
  const sender = new ApartSender({
    rest: restApi(api, context.signal),
    object: found.object,
    operation: found.request.operation === 'update' ? 'update' : 'delete',
  });
  const path = context.store.pathFor(runId, 'results.ndjson');
  async function* lines(): AsyncGenerator<string> {
    let progress: ChangeProgress = { successful: 0, failed: 0 };
    let refusal: Bulk2Error | undefined;
    for await (const chunk of chunksOf(changesPath)) {
      const results: RecordResult[] =
        refusal === undefined
          ? await sender.send(chunk).catch((error: unknown) => {
              refusal = refusalOf(error);
              return chunk.map(({ Id }) => failed(Id, codeOf(refusal), refusal?.message ?? ''));
            })
          : chunk.map(({ Id }) =>
              notProcessed(Id, `Not sent, since the org refused the call before: ${refusal?.message ?? ''}`),
            );
      progress = withResults(progress, results);
      onChanged?.(progress);
      yield results.map((result) => `${JSON.stringify(result)}\n`).join('');
    }
  }
  await pipeline(lines, createWriteStream(path, { mode: 0o600 }), { signal: context.signal });
  return path;
}

function withResults({ successful, failed: failures }: ChangeProgress, results: readonly RecordResult[]) {
  const more = results.filter(({ success }) => success).length;
  return { successful: successful + more, failed: failures + results.length - more };
}

/** An org that refuses whatever is sent has changed nothing of it, and would refuse what follows as well. */
function refusalOf(error: unknown): Bulk2Error {
  if (error instanceof Bulk2Error) return error;
  throw error;
}

function codeOf(error: Bulk2Error | undefined): string {
  return typeof error?.data.errorCode === 'string' ? error.data.errorCode : (error?.name ?? '');
}

async function* chunksOf(path: string): AsyncGenerator<RecordChange[]> {
  let chunk: RecordChange[] = [];
  for await (const record of readNdjson(createReadStream(path), 'records of the query')) {
    if (chunk.push(record as RecordChange) < chunkRecords) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
