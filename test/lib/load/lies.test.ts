import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeCell } from '../../../src/lib/csv/cells.js';
import { Events } from '../../../src/lib/events.js';
import { addKeySums, KeySum } from '../../../src/lib/load/keys/key-sum.js';
import { RecordReader } from '../../../src/lib/csv/record-reader.js';
import type { LoadEvents } from '../../../src/lib/load/model/events.js';
import { startLoad } from '../../../src/lib/load/load.js';
import { planLoad, type PlannedLoad } from '../../../src/lib/load/plan/plan.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import type { LoadStatus } from '../../../src/lib/load/model/status.js';
import { parseMapRules } from '../../../src/lib/mapping/mapping.js';
import { RowCountError } from '../../../src/lib/errors.js';
import { startOrg, type FaultAction, type Org } from '../../../local-org/index.ts';
import { openLibrary, placeOf } from '../../faults/library.ts';
import { failureOf } from '../../support/failure-of.ts';
import { insertRequest } from '../../support/insert-request.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const keys = Array.from({ length: 40 }, (_, index) => `Key-${index + 1}`);

/** Results of all rows, but that of the second row in the place of the third. */
const otherRows = [
  '"sf__Id","sf__Created","Name","External_Id__c"',
  ...keys.map((key, index) => `"001000000000001AAA","true","Ada","${index === 2 ? keys[1]! : key}"`),
  '',
].join('\n');

const lie: FaultAction = {
  kind: 'answer',
  status: 200,
  body: otherRows,
  headers: { 'content-type': 'text/csv' },
};

describe('results with one row twice in the place of another', () => {
  test('are an error that names both', async () => {
    const { org, load } = await openLoad();
    await org.faults.add({ endpoint: 'ingest.results.successful', action: lie, count: 99 });
    const error = await failureOf(load());
    expect(error).toBeInstanceOf(RowCountError);
    expect(error.message).toContain(
      '"Key-2" (a.csv, row 2) more than once, and "Key-3" (a.csv, row 3) none.',
    );
  });

  test('are no error where the org has them right the next time', async () => {
    const { org, load } = await openLoad();
    await org.faults.add({ endpoint: 'ingest.results.successful', action: lie });
    expect((await load()).successful).toBe(40);
  });
});

describe('the checksum of the keys is in the plan', () => {
  test.each<[string, string, Partial<LoadRequest>]>([
    ['of a checked file', csv(), {}],
    ['of a file that is not checked', csv(), { preflight: false }],
    ['of one that is sent in another form', csv({ delimiter: '#' }), { reading: { delimiter: '#' } }],
    [
      'of one whose key has another name',
      csv({ key: 'Key' }),
      { columns: { mapping: parseMapRules(['Key=External_Id__c']) } },
    ],
  ])('%s', async (_, text, request) => {
    const { plan } = await openLoad(text, request);
    const sums = (await plan()).plan.parts.map(({ segments }) => addKeySums(segments.map(({ sum }) => sum)));
    expect(sums).toEqual([await sumOf(csv())]);
  });

  test('of each part', async () => {
    const limits = { ...insertRequest('', '').limits, maxRowsPerJob: 7 };
    const { plan } = await openLoad(csv(), { limits });
    const { parts } = (await plan()).plan;
    expect(parts).toHaveLength(6);
    expect(addKeySums(parts.flatMap(({ segments }) => segments.map(({ sum }) => sum)))).toBe(
      await sumOf(csv()),
    );
  });

  test('and there is none of an insert', async () => {
    const { plan } = await openLoad(csv(), { operation: 'insert', externalId: undefined });
    expect((await plan()).plan.parts[0]?.segments[0]).not.toHaveProperty('sum');
  });
});

function csv({ delimiter = ',', key = 'External_Id__c' } = {}): string {
  const rows = [['Name', key], ...keys.map((each) => ['Ada', each])];
  return rows.map((row) => `${row.map((cell) => encodeCell(cell, delimiter)).join(delimiter)}\n`).join('');
}

async function sumOf(text: string): Promise<string> {
  const sum = new KeySum(1, 'External_Id__c');
  const chunks = (async function* () {
    yield await Promise.resolve(Buffer.from(text));
  })();
  const reader = new RecordReader(chunks, ',');
  await reader.read(1, () => undefined);
  await reader.read(Infinity, (record) => sum.add(record));
  return sum.take();
}

type OpenLoad = {
  readonly org: Org;
  readonly plan: () => Promise<PlannedLoad>;
  readonly load: () => Promise<LoadStatus>;
};

async function openLoad(text = csv(), more: Partial<LoadRequest> = {}): Promise<OpenLoad> {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  onTestFinished(async () => {
    await library.close();
    await org.stop();
  });
  const path = join(folder, 'a.csv');
  await writeFile(path, text);
  const request: LoadRequest = {
    ...insertRequest(path, folder),
    operation: 'upsert',
    externalId: 'External_Id__c',
    preflight: true,
    ...more,
  };
  const options = { wait: 'end', events: new Events<LoadEvents>() } as const;
  const plan = () => planLoad(request, library, options.events);
  return { org, plan, load: async () => startLoad(await plan(), options, library) };
}
