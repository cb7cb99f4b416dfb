import type { Benchmark } from '../benchmark.ts';
import { millionRecords, ourExport } from '../exports.ts';

const csv = 'sf bulk2 query';

export default {
  title: '1,000,000 records, about 122 MB of CSV, exported as NDJSON and Parquet beside CSV',
  org: millionRecords,
  rounds: 3,
  bars: [
    { of: 'sf bulk2 query to ndjson', to: csv, figure: 'time', most: 1.3 },
    { of: 'sf bulk2 query to parquet', to: csv, figure: 'time', most: 2.5 },
    { of: 'sf bulk2 query to parquet', figure: 'CPU', most: 3 },
  ],
  prepare: (stage) =>
    Promise.resolve((['csv', 'ndjson', 'parquet'] as const).map((format) => ourExport(stage, { format }))),
} satisfies Benchmark;
