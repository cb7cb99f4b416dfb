import type { Benchmark } from '../benchmark.ts';
import { ourExport, queryHelp } from '../exports.ts';

const sizes = { Small__c: 10_000, Medium__c: 100_000, Large__c: 1_000_000 };

export default {
  title: 'Exports that grow, as CSV and Parquet',
  org: { tables: sizes, queryPageRows: 100_000 },
  rounds: 1,
  prepare: (stage) =>
    Promise.resolve([
      queryHelp(stage),
      ...Object.entries(sizes).flatMap(([object, rows]) =>
        (['csv', 'parquet'] as const).map((format) => ourExport(stage, { object, rows, format })),
      ),
    ]),
} satisfies Benchmark;
