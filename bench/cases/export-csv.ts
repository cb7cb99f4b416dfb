import type { Benchmark } from '../benchmark.ts';
import { curlPages } from '../curl-pages.ts';

const soql = 'SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV',
  org: { tables: { Big__c: 1_000_000 }, queryPageRows: 100_000 },
  rounds: 5,
  prepare: async (stage) => [
    { name: 'sf bulk2 query', command: stage.sf(['bulk2', 'query', '-q', soql, '--output-file', 'a.csv']) },
    {
      name: 'sf data export bulk',
      command: stage.sf(['data', 'export', 'bulk', '-q', soql, '--output-file', 'b.csv', '--wait', '10']),
    },
    { name: 'curl, the same pages', command: await curlPages(stage, soql) },
    { name: 'start-up: sf bulk2 query --help', command: stage.sf(['bulk2', 'query', '--help']) },
  ],
} satisfies Benchmark;
