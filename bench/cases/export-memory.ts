import type { Benchmark } from '../benchmark.ts';
import { selectFrom } from '../exports.ts';

const exportOf = (object: string, format: string): string[] => [
  ...['bulk2', 'query', '-q', selectFrom(object)],
  ...['--result-format', format, '--output-file', `${object}.${format}`],
];

export default {
  title: 'Peak memory of exports of 100,000 and 10,000,000 records, beside --help',
  org: { tables: { Small__c: 100_000, Huge__c: 10_000_000 }, queryPageRows: 100_000 },
  rounds: 1,
  isLong: true,
  prepare: (stage) =>
    Promise.resolve([
      { name: 'sf bulk2 query --help', command: stage.sf(['bulk2', 'query', '--help']) },
      ...['csv', 'json', 'parquet'].flatMap((format) =>
        ['Small__c', 'Huge__c'].map((object) => ({
          name: `${object === 'Huge__c' ? '10,000,000' : '100,000'} records as ${format}`,
          command: stage.sf(exportOf(object, format)),
        })),
      ),
    ]),
} satisfies Benchmark;
