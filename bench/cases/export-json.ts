import type { Benchmark } from '../benchmark.ts';

const soql = 'SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c';

export default {
  title: '1,000,000 records, about 122 MB of CSV, exported as JSON',
  org: { tables: { Big__c: 1_000_000 }, queryPageRows: 100_000 },
  rounds: 3,
  prepare: (stage) => {
    const json = ['--result-format', 'json', '--output-file'];
    return Promise.resolve([
      { name: 'sf bulk2 query', command: stage.sf(['bulk2', 'query', '-q', soql, ...json, 'a.json']) },
      {
        name: 'sf data export bulk',
        command: stage.sf(['data', 'export', 'bulk', '-q', soql, ...json, 'b.json', '--wait', '10']),
      },
    ]);
  },
} satisfies Benchmark;
