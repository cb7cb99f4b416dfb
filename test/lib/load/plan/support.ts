import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ApiRequest, OrgApi, ResponseReader } from '../../../../src/lib/api/port.js';
import { refusal } from '../../../../src/lib/api/refusal.js';
import type { SObjectDescribe } from '../../../../src/lib/api/types.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { planLoad } from '../../../../src/lib/load/plan/plan.js';
import type { LoadInput, LoadRequest } from '../../../../src/lib/load/model/request.js';
import { partBody } from '../../../../src/lib/load/upload/part-body.js';
import type { LoadPlan } from '../../../../src/lib/run/record.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { tempFolder } from '../../../support/temp-folder.ts';

/** An org that describes these objects, and answers nothing else. */
class DescribingOrg implements OrgApi {
  requestCount = 0;
  readonly #objects: readonly SObjectDescribe[];

  constructor(objects: readonly SObjectDescribe[]) {
    this.#objects = objects;
  }

  async send<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T> {
    this.requestCount += 1;
    const name = /sobjects\/(\w+)\/describe$/.exec(request.path)?.[1];
    const found = this.#objects.find((object) => object.name.toLowerCase() === name?.toLowerCase());
    const body = JSON.stringify(found ?? [{ errorCode: 'NOT_FOUND', message: 'It is not there.' }]);
    const response = {
      status: found === undefined ? 404 : 200,
      headers: {},
      body: Readable.from([Buffer.from(body)]),
    };
    if (found === undefined) throw await refusal(request, response);
    return read(response);
  }
}

/** Plans an insert of files with these contents into an org that has these objects; without a preflight. */
export async function planOf(
  contents: Readonly<Record<string, string | Buffer>>,
  request: Partial<LoadRequest> = {},
  objects: readonly SObjectDescribe[] = [],
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
  const api = new DescribingOrg(objects);
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
