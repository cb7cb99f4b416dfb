import { expect, it } from 'vitest';

import { datasetManifest, partFileName } from '../../../src/lib/output/dataset-manifest.js';

const facts = {
  query: 'SELECT Id, Amount FROM Opportunity',
  operation: 'query',
  object: 'Opportunity',
  jobIds: ['750000000000001AAA'],
  apiVersion: '66.0',
  completedAt: '2025-11-25T03:45:21.142Z',
  format: 'parquet',
  isGzip: false,
  columns: ['Id', 'Amount'],
} as const;

it('sums up its parts and names the type of each column', () => {
  const parts = [
    { file: 'part-000000.parquet', rows: 3, bytes: 100, sha256: 'aa' },
    { file: 'part-000001.parquet', rows: 2, bytes: 50, sha256: 'bb' },
  ];
  expect(datasetManifest({ ...facts, parts, types: ['string', 'double'] })).toEqual({
    version: 1,
    query: facts.query,
    operation: facts.operation,
    object: facts.object,
    jobIds: facts.jobIds,
    apiVersion: facts.apiVersion,
    completedAt: facts.completedAt,
    format: facts.format,
    isGzip: facts.isGzip,
    schema: [
      { name: 'Id', type: 'string' },
      { name: 'Amount', type: 'double' },
    ],
    rows: 5,
    bytes: 150,
    parts,
  });
});

it('has strings for columns without types, and sums of nothing', () => {
  const manifest = datasetManifest({ ...facts, parts: [] });
  expect(manifest.schema.map(({ type }) => type)).toEqual(['string', 'string']);
  expect([manifest.rows, manifest.bytes]).toEqual([0, 0]);
});

it('gives parts names that sort in their order', () => {
  expect(partFileName(7, 'csv', true)).toBe('part-000007.csv.gz');
  const names = [0, 9, 10, 99_999, 100_000].map((index) => partFileName(index, 'ndjson', false));
  expect(names.toSorted()).toEqual(names);
});
