import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCopy } from '../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../src/lib/copy/model/events.js';
import { openPlanFiles } from '../../src/lib/copy/source/file-source.js';
import { parsePlanFile } from '../../src/lib/copy/plan/plan-file.js';
import { resolvePlan } from '../../src/lib/copy/plan/resolve-plan.js';
import { Events } from '../../src/lib/events.js';
import { planOrg, type CopyOrgs } from './copy-orgs.ts';

/** Copies what a plan in the folder reads from files of that folder, into a folder of its own. */
export async function planOfFiles(orgs: CopyOrgs, yaml: string, results: string) {
  const file = parsePlanFile(yaml, 'plan.yaml');
  const target = planOrg(orgs.contexts.target);
  const { store } = orgs.contexts.target;
  const { folder } = orgs;
  const { source, files } = await openPlanFiles(file, { folder, target, store, signal: undefined });
  const objects = await resolvePlan(file, { source, target }, { files });
  return {
    objects,
    ...(file.owners === undefined ? {} : { owners: file.owners }),
    resultsDir: join(orgs.folder, results),
    concurrency: 2,
    retries: 0,
    isAgreed: true,
  };
}

export async function copyFiles(
  orgs: CopyOrgs,
  yaml: string,
  results = 'results',
  events = new Events<CopyEvents>(),
) {
  const plan = await planOfFiles(orgs, yaml, results);
  return startCopy(plan, { events }, { target: orgs.contexts.target });
}

export async function filesIn({ folder }: CopyOrgs, files: Readonly<Record<string, string>>) {
  await mkdir(join(folder, 'contacts'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
