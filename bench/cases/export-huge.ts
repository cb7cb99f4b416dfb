import type { Benchmark } from '../benchmark.ts';
import { helpName, ourExport, queryHelp } from '../exports.ts';

const rows = 10_000_000;
const name = 'sf bulk2 query, 10,000,000 records';

export default {
  title: '10,000,000 records, about 1.2 GB of CSV, exported as CSV, JSON and Parquet',
  org: { tables: { Huge__c: rows }, queryPageRows: 100_000 },
  rounds: 1,
  isLong: true,
  isFull: true,
  bars: ['', ' to json', ' to parquet'].map((format) => ({
    of: `${name}${format}`,
    figure: 'memory' as const,
    most: 100,
    above: helpName,
  })),
  prepare: (stage) =>
    Promise.resolve([
      queryHelp(stage),
      ...(['csv', 'json', 'parquet'] as const).map((format) =>
        ourExport(stage, { object: 'Huge__c', rows, format }),
      ),
    ]),
} satisfies Benchmark;
