import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobInfo } from '../api/types.js';
import { makePrivateFolder } from '../files/folders.js';
import { PartFile } from '../files/part-file.js';
import type { ExportMark } from '../run/export-plan.js';
import type { RunOrg } from '../run/record.js';
import type { RunContext } from '../run/context.js';

/**
 * Records get their SystemModstamp when they are saved and become visible when their transaction ends, which takes
 * Apex 10 minutes at most (Apex guide: Execution Governors and Limits). An export goes back so far behind the one
 * before, so that nothing which was being saved then is missed; what has changed in these minutes comes twice.
 */
const overlapMs = 10 * 60 * 1000;

/** How far the exports of one query into one output have come. */
export type HighWater = {
  /** When the last complete export was submitted, by the org's clock, in ISO 8601 and UTC. */
  readonly submittedAt: string;
  /** Where the next one begins. */
  readonly since: string;
};

type StoredMark = { readonly version: 1; readonly mark: ExportMark; readonly submittedAt: string };

/** Reads the mark of the last complete export; undefined when there was none, or it was of another query or field. */
export async function readMark(mark: ExportMark, context: RunContext): Promise<HighWater | undefined> {
  const text = await readFile(pathOf(mark, context), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as StoredMark;
  const isOfIt = (['query', 'operation', 'field'] as const).every((each) => stored.mark[each] === mark[each]);
  if (!isOfIt) return undefined;
  const since = new Date(new Date(stored.submittedAt).getTime() - overlapMs).toISOString();
  return { submittedAt: stored.submittedAt, since };
}

/** Moves the mark. Only a complete export may: its job tells when the org took the query. */
export async function keepMark(mark: ExportMark, job: JobInfo, context: RunContext): Promise<void> {
  const path = pathOf(mark, context);
  await makePrivateFolder(dirname(path));
  const stored: StoredMark = { version: 1, mark, submittedAt: new Date(job.createdDate).toISOString() };
  const file = await PartFile.open(path);
  await file.write(Buffer.from(`${JSON.stringify(stored, undefined, 2)}\n`));
  await file.commit();
}

/** One file per org, object and output. */
function pathOf({ object, output }: ExportMark, { org, store }: RunContext): string {
  const key = JSON.stringify([orgKey(org), object.toLowerCase(), output ?? null]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return join(store.folder, 'marks', `${name}.json`);
}

function orgKey({ orgId, instanceUrl }: RunOrg): string {
  return orgId?.slice(0, 15) ?? instanceUrl;
}
