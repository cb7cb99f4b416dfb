import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { httpApi } from '../../../../src/lib/api/http.js';
import { ingestJobs } from '../../../../src/lib/api/ingest-jobs.js';
import { sessionOf } from '../../../../src/lib/api/session.js';
import { delimiterCharacters, type IngestJobRequest } from '../../../../src/lib/api/types.js';
import { recordTexts } from '../../../../src/lib/csv/cells.js';
import { RecordReader } from '../../../../src/lib/csv/record-reader.js';
import { sourceRowsOf } from '../../../../src/lib/load/collect/source-rows.js';
import type { LoadPlan, Part } from '../../../../src/lib/run/record.js';
import { startOrg, type OrgOptions } from '../../../../local-org/index.ts';
import { collected, chunksOf, filesIn, readText, temporaryFolder } from './support.ts';

const columns = [
  'Name',
  'Tracking_Number__c',
  'Weight_Kg__c',
  'Pieces__c',
  'Freight_Cost__c',
  'Fragile__c',
  'Ship_Date__c',
  'Delivered_At__c',
  'Pickup_Time__c',
  'Status__c',
  'Notes__c',
];

/** Every third row has a status that the org refuses. */
function shipment(row: number): string[] {
  const isBad = row % 3 === 0;
  const hour = String(row % 24).padStart(2, '0');
  return [
    `Shipment ${row}`,
    String(10_000_000 + row),
    String(row * 123.25),
    `${row}.0`,
    String(row / 100),
    row % 2 === 0 ? 'TRUE' : 'false',
    `2024-03-${String((row % 28) + 1).padStart(2, '0')}`,
    `2024-03-01T${hour}:30:00+02:00`,
    `${hour}:15:00`,
    isBad ? 'No such status' : '',
    `"Say ""${row}""\nand, more"`,
  ];
}

async function collectFrom(options: OrgOptions, job: Partial<IngestJobRequest> = {}) {
  await using org = await startOrg(options);
  const connection = {
    instanceUrl: org.url,
    accessToken: org.accessToken,
    version: '60.0',
    request: () => Promise.reject(new Error('expired')),
  };
  const api = httpApi(sessionOf(connection));
  const jobs = ingestJobs(api);
  const folder = await temporaryFolder();
  const columnDelimiter = job.columnDelimiter ?? 'COMMA';
  const delimiter = delimiterCharacters[columnDelimiter];
  const header = columns.join(delimiter);
  const rows = Array.from({ length: 60 }, (_, index) => shipment(index + 1).join(delimiter));
  const body = `${[header, ...rows].join('\n')}\n`;
  const path = join(folder, 'shipments.csv');
  await writeFile(path, body);

  const { id } = await jobs.create({
    object: 'Shipment__c',
    operation: 'insert',
    columnDelimiter,
    lineEnding: 'LF',
    ...job,
  });
  await jobs.upload(id, () => chunksOf(body));
  await jobs.close(id);
  let info = await jobs.info(id);
  for (; !['JobComplete', 'Failed'].includes(info.state); info = await jobs.info(id)) await sleep(5);

  const { size: bytes, mtimeMs } = await stat(path);
  const source = { path, name: 'shipments.csv', bytes, mtimeMs, spooled: false };
  const segment = {
    source: 0,
    start: header.length + 1,
    end: bytes,
    rows: 60,
    firstRow: 1,
    sha256: '',
    endsWithNewline: true,
  };
  const part: Part = { index: 0, segments: [segment], rows: 60, bytes };
  const plan: LoadPlan = {
    operation: 'insert',
    object: 'Shipment__c',
    columnDelimiter,
    lineEnding: 'LF',
    header,
    columns,
    sources: [source],
    parts: [part],
    rows: 60,
    concurrency: 1,
    resultsDir: folder,
  };
  try {
    const outcome = await collected({
      jobs: [
        {
          jobId: id,
          state: info.state,
          processed: info.numberRecordsProcessed ?? 0,
          failed: info.numberRecordsFailed ?? 0,
          rowsSent: 60,
          source: sourceRowsOf(plan, part),
        },
      ],
      fetch: (jobId, kind, read) => jobs.results(jobId, kind, (response) => read(response.body)),
      delimiter,
      lineEnding: 'LF',
      columns,
      files: filesIn(folder),
      inputRows: 60,
      refetchWaitMs: 1,
    });
    const failed: string[][] = [];
    const reader = new RecordReader(chunksOf(await readText(outcome.paths.failed)), delimiter);
    await reader.read(Infinity, (record) => void failed.push(recordTexts(record)));
    return { outcome, failed, unprocessed: await readText(outcome.paths.unprocessed), body };
  } finally {
    await api.close();
  }
}

it.each<[string, OrgOptions, Partial<IngestJobRequest>]>([
  ['as the service is thought to be', {}, {}],
  ['that writes whole doubles without a point', { quirks: { wholeDoubles: 'plain' } }, {}],
  ['that sorts the columns of results', { quirks: { ingestColumnOrder: 'alphabetical' } }, {}],
  ['that takes semicolons', {}, { columnDelimiter: 'SEMICOLON' }],
  [
    'that takes semicolons and answers with commas',
    { quirks: { resultDialect: 'comma-lf' } },
    { columnDelimiter: 'SEMICOLON' },
  ],
])('finds every failed row in the file, with an org %s', async (_, options, job) => {
  const { outcome, failed } = await collectFrom(options, job);
  expect(outcome).toMatchObject({ successful: 40, failed: 20, unprocessed: 0 });
  const [header, ...rows] = failed;
  expect(header).toEqual(['sf__Id', 'sf__Error', 'source__File', 'source__Row', ...columns]);
  expect(rows).toHaveLength(20);
  for (const row of rows) expect(row.slice(2, 5)).toEqual(['shipments.csv', row[3], `Shipment ${row[3]}`]);
  expect(outcome.errors).toMatchObject([{ code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', count: 20 }]);
});

it.each(['all', 'none'] as const)(
  'has every row unprocessed of a job that failed as a whole, when the org returns %s of them',
  async (unprocessedWhenNothingRan) => {
    const { outcome, unprocessed, body } = await collectFrom(
      { quirks: { unprocessedWhenNothingRan } },
      { lineEnding: 'CRLF' },
    );
    expect(outcome).toMatchObject({ successful: 0, failed: 0, unprocessed: 60 });
    expect(unprocessed).toBe(body);
  },
);
