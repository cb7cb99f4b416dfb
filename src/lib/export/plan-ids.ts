import { dirname } from 'node:path';
import type { SObjectDescribe } from '../api/types.js';
import { hashOf } from '../files/file-facts.js';
import { outputPlace } from '../files/output-place.js';
import { requireWritableFolder } from '../files/writable-folder.js';
import type { ByteInput } from '../load/model/request.js';
import type { RunContext } from '../run/context.js';
import type { ExportIds } from '../run/export-plan.js';
import { queryByIds } from '../soql/by-ids.js';
import { idsFileName } from './by-ids.js';
import { IdCollector } from './ids/id-list.js';
import { readIds } from './ids/read-ids.js';

/** Which ids to export the records of, and by which query. */
export type IdsRequest = {
  /** Has the ids: a file that a load takes, with a column `Id`, or a list of one id a line. */
  readonly input: ByteInput;
  readonly soql: string;
  /** Of the query's object; undefined: nothing is known of its ids. */
  readonly describe: SObjectDescribe | undefined;
} & Pick<ExportIds, 'notFoundFile' | 'folder'>;

/** What an export by ids begins with. */
export type PlannedIds = {
  /** Of the run that has the ids. */
  readonly runId: string;
  /** It selects Id. */
  readonly soql: string;
  readonly hasIdAdded: boolean;
  readonly ids: ExportIds;
};

/**
 * Reads the ids of an export, and keeps them for it. Nothing is sent.
 * @throws InputError there are none, or some of them are no ids of the object, with their rows
 * @throws SoqlError the query can't be read to its end
 */
export async function planIds(request: IdsRequest, context: RunContext): Promise<PlannedIds> {
  const { soql, hasIdAdded, idsPerQuery } = queryByIds(request.soql);
  const { store, signal } = context;
  await store.prune();
  const runId = await store.begin();
  const collector = new IdCollector(store.pathFor(runId, 'ids-sort'));
  try {
    const { notFoundFile, folder, input, describe } = request;
    await requireRoomForList({ notFoundFile, folder }, runId);
    await readIds(input, collector, { describe, spoolPath: store.pathFor(runId, 'ids-input'), signal });
    const path = store.pathFor(runId, idsFileName);
    const count = await collector.write(path);
    await store.removeFiles(runId, ['ids-']);
    const ids: ExportIds = {
      count,
      sha256: await hashOf(path),
      idsPerJob: idsPerQuery,
      duplicates: collector.taken - count,
      folder,
      ...(notFoundFile === undefined ? {} : { notFoundFile }),
    };
    return { runId, soql, hasIdAdded, ids };
  } catch (error) {
    await store.remove(runId);
    throw error;
  } finally {
    collector.close();
  }
}

async function requireRoomForList(
  { notFoundFile, folder }: Pick<IdsRequest, 'folder'> & { readonly notFoundFile: string | undefined },
  id: string,
): Promise<void> {
  const place = notFoundFile === undefined ? undefined : await outputPlace(notFoundFile, { id });
  if (place?.kind === 'stream') return;
  await requireWritableFolder(place === undefined ? folder : dirname(place.path), {
    id,
    actions: ['Name a file for the ids that are not found: --not-found-file FILE'],
  });
}
