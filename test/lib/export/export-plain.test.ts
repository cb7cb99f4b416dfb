import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import { writePage, type ResultFormat } from '../../../src/lib/output/writer.js';
import type { ExportPlan } from '../../../src/lib/run/export-plan.js';
import type { FaultAction } from '../../../local-org/index.ts';
import { exportBench } from './export-bench.ts';

const rows = 40_000;
const soqlOfTable = 'SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c';
const megabyte = 1_000_000;

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The org does not compress its answers, and they are megabytes. */
const plainBench = () =>
  exportBench({ tables: { Big__c: rows }, queryPageRows: 10_000, quirks: { gzip: false } }, []);

function unbounded({ concurrency: _, ...plan }: ExportPlan): ExportPlan {
  return plan;
}

const cut = (afterBytes: number): FaultAction => ({ kind: 'cut-response', afterBytes });

test.each<{ name: string; concurrency: number | undefined; faults: readonly FaultAction[] }>([
  { name: 'one after another', concurrency: 1, faults: [] },
  { name: 'side by side', concurrency: 4, faults: [] },
  { name: 'as the org has them', concurrency: undefined, faults: [] },
  { name: 'one after another and cut', concurrency: 1, faults: [cut(megabyte), cut(200_000)] },
  { name: 'side by side and cut', concurrency: 4, faults: [cut(700_000), cut(megabyte), cut(300_000)] },
  { name: 'as the org has them and cut', concurrency: undefined, faults: [cut(megabyte), cut(600_000)] },
])('pages that come $name are in the file, byte for byte', async ({ concurrency, faults }) => {
  const bench = await plainBench();
  for (const [index, action] of faults.entries()) {
    await bench.org.faults.add({ endpoint: 'query.results', nth: index + 1, action });
  }
  const outputFile = bench.file('a.csv');
  const plan = bench.plan({ soql: soqlOfTable, outputFile, concurrency: concurrency ?? 1 });
  const { job } = await bench.run(concurrency === undefined ? unbounded(plan) : plan);
  const written = await readFile(outputFile);
  const pages = await bench.pageRows(job.id);
  expect(pages.every(({ length }) => length > megabyte)).toBe(true);
  expect(hashOf(written.subarray(written.indexOf('\n') + 1))).toBe(hashOf(Buffer.concat(pages)));
});

test.each<{ format: ResultFormat; concurrency: number }>([
  { format: 'ndjson', concurrency: 1 },
  { format: 'ndjson', concurrency: 4 },
  { format: 'parquet', concurrency: 1 },
  { format: 'parquet', concurrency: 4 },
])('they are all there as $format, $concurrency at once', async ({ format, concurrency }) => {
  const bench = await plainBench();
  await bench.org.faults.add({ endpoint: 'query.results', nth: 2, action: cut(megabyte) });
  const outputFile = bench.file('a');
  const plan = bench.plan({ soql: soqlOfTable, outputFile, format, typed: false, concurrency });
  const { job } = await bench.run(plan);
  const columns = ['Id', 'Name', 'Key__c', 'Amount__c', 'Notes__c'];
  const writer = createResultWriter(format, { columns, delimiter: 'COMMA', lineEnding: 'LF' });
  const expected: Buffer[] = [];
  for (const rows of await bench.pageRows(job.id)) {
    for await (const chunk of writePage(writer, [rows])) expected.push(Buffer.from(chunk));
  }
  expect(hashOf(await readFile(outputFile))).toBe(hashOf(Buffer.concat([...expected, writer.end()])));
});
