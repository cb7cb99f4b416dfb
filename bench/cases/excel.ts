import type { Benchmark } from '../benchmark.ts';
import { selectFrom } from '../exports.ts';

export default {
  title: '100,000 records of 5 fields to an Excel workbook, and that workbook in a dry run, each beside CSV',
  org: { tables: { Big__c: 100_000 } },
  rounds: 3,
  prepare: (stage) => {
    const query = ['bulk2', 'query', '--query', selectFrom('Big__c'), '--output-file'];
    const rules = ['Id=', 'Key__c=Site', 'Amount__c=AnnualRevenue', 'Notes__c=Description'];
    const map = rules.flatMap((rule) => ['--map', rule]);
    const load = ['bulk2', 'insert', '--sobject', 'Account', ...map, '--dry-run', '--file'];
    return Promise.resolve([
      { name: 'query to xlsx', command: stage.sf([...query, 'big.xlsx']) },
      { name: 'query to csv', command: stage.sf([...query, 'big.csv']) },
      { name: 'insert --dry-run of xlsx', command: stage.sf([...load, 'big.xlsx']) },
      { name: 'insert --dry-run of csv', command: stage.sf([...load, 'big.csv']) },
      { name: 'sf bulk2 insert --help', command: stage.sf(['bulk2', 'insert', '--help']) },
    ]);
  },
} satisfies Benchmark;
