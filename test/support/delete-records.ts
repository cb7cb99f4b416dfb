import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Events } from '../../src/lib/events.js';
import { startLoad } from '../../src/lib/load/load.js';
import type { LoadEvents } from '../../src/lib/load/model/events.js';
import { planLoad } from '../../src/lib/load/plan/plan.js';
import { parseMapRules } from '../../src/lib/mapping/mapping.js';
import type { CopyOrgs } from './copy-orgs.ts';
import { insertRequest } from './insert-request.ts';

/** Deletes records of the target by the file of ids that a copy has left, as people undo a copy. */
export async function deleteByIds(
  { contexts, folder }: CopyOrgs,
  object: string,
  path: string,
): Promise<void> {
  const events = new Events<LoadEvents>();
  const request = {
    ...insertRequest(path, join(folder, 'deleted')),
    operation: 'delete',
    object,
    columns: { mapping: parseMapRules(['target__Id=Id']), ignoreUnknownColumns: true },
    preflight: true,
  } as const;
  const planned = await planLoad(request, contexts.target, events);
  await startLoad(planned, { events, wait: 'end' }, contexts.target);
}

/** Deletes the first record of an object in the target. */
export async function deleteFirst(orgs: CopyOrgs, object: string): Promise<void> {
  const [first] = await orgs.target.records(object);
  const path = join(orgs.folder, 'first.csv');
  await writeFile(path, `target__Id\n${String(first?.Id)}\n`);
  await deleteByIds(orgs, object, path);
}
