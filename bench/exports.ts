import type { Contender } from './benchmark.ts';
import type { Stage } from './stage.ts';

/** 1,000,000 records, about 122 MB of CSV, in ten pages. */
export const millionRecords = { tables: { Big__c: 1_000_000 }, queryPageRows: 100_000 };

export const selectFrom = (object: string): string =>
  `SELECT Id, Name, Key__c, Amount__c, Notes__c FROM ${object}`;

/** The same export by this plugin and by the stock command. */
export function bothExports({ sf }: Stage, format: 'csv' | 'json'): readonly Contender[] {
  const output = (name: string): string[] => ['--result-format', format, '--output-file', name];
  const query = ['-q', selectFrom('Big__c')];
  return [
    { name: 'sf bulk2 query', command: sf(['bulk2', 'query', ...query, ...output(`a.${format}`)]) },
    {
      name: 'sf data export bulk',
      command: sf(['data', 'export', 'bulk', ...query, ...output(`b.${format}`), '--wait', '10']),
    },
  ];
}
