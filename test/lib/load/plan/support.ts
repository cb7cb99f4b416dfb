import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/events.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import type { LoadInput, LoadRequest } from '../../../../src/lib/load/request.js';
import { partBody } from '../../../../src/lib/load/upload/part-body.js';
import type { LoadPlan } from '../../../../src/lib/run/record.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { tempFolder } from '../../../support/temp-folder.ts';

/** Nothing of a plan without a check is asked of the org. */
const api: OrgApi = {
  requestCount: 0,
  send: () => Promise.reject(new Error('The org was asked.')),
};

/** Plans an insert of files with these contents, without a look at the org. */
export async function planOf(
  contents: Readonly<Record<string, string | Buffer>>,
  request: Partial<LoadRequest> = {},
) {
  const folder = await tempFolder();
  const inputs: LoadInput[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const path = join(folder, name);
    await writeFile(path, content);
    inputs.push({ name, path });
  }
  const store = runStore(join(folder, 'state'));
  const whole: LoadRequest = {
    operation: 'insert',
    object: 'Account',
    inputs,
    reading: {},
    columns: {},
    limits: { maxJobBytes: 100_000_000, maxRowsPerJob: Number.POSITIVE_INFINITY, concurrency: 4 },
    resultsDir: join(folder, 'results'),
    preflight: false,
    wait: 'end',
    ...request,
  };
  const context = { api, store, org: { instanceUrl: 'https://org.example', apiVersion: '60.0' } };
  const planned = await planLoad(whole, context, new Events<LoadEvents>());
  return { ...planned, folder, store };
}

/** What the jobs of a plan upload. */
export async function uploadsOf(plan: LoadPlan): Promise<string[]> {
  return Promise.all(
    plan.parts.map(async (part) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of partBody(plan, part)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    }),
  );
}

export async function sourceText({ sources }: LoadPlan, index = 0): Promise<string> {
  return readFile(sources[index]?.path ?? '', 'utf8');
}
