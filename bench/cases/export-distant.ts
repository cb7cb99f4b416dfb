import type { Benchmark } from '../benchmark.ts';

const soql = 'SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV from an org 80 ms away, 5 MB/s per connection',
  org: {
    tables: { Big__c: 1_000_000 },
    queryPageRows: 100_000,
    latencyMs: 80,
    bandwidthBytesPerSecond: 5_000_000,
  },
  rounds: 3,
  prepare: (stage) =>
    Promise.resolve([
      { name: 'sf bulk2 query', command: stage.sf(['bulk2', 'query', '-q', soql, '--output-file', 'a.csv']) },
      {
        name: 'sf data export bulk',
        command: stage.sf(['data', 'export', 'bulk', '-q', soql, '--output-file', 'b.csv', '--wait', '10']),
      },
    ]),
} satisfies Benchmark;
