import type { Benchmark } from '../benchmark.ts';
import { curlPages } from '../curl-pages.ts';
import { bothExports, millionRecords, selectFrom } from '../exports.ts';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV',
  org: millionRecords,
  rounds: 5,
  prepare: async (stage) => [
    ...bothExports(stage, 'csv'),
    { name: 'curl, the same pages', command: await curlPages(stage, selectFrom('Big__c')) },
    { name: 'start-up: sf bulk2 query --help', command: stage.sf(['bulk2', 'query', '--help']) },
  ],
} satisfies Benchmark;
