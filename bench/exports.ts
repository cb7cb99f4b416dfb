import type { Contender } from './benchmark.ts';
import { curlPages } from './curl-pages.ts';
import type { Stage } from './stage.ts';
import { hasRecords } from './whole.ts';

/** 1,000,000 records, about 122 MB of CSV, in ten pages. */
export const million = 1_000_000;
export const millionRecords = { tables: { Big__c: million }, queryPageRows: 100_000 };

export const selectFrom = (object: string): string =>
  `SELECT Id, Name, Key__c, Amount__c, Notes__c FROM ${object}`;

type Export = {
  readonly object?: string;
  readonly format: 'csv' | 'json' | 'ndjson' | 'parquet';
  readonly rows?: number;
};

/** An export by this plugin, whose output is checked. */
export function ourExport(
  { sf, file }: Stage,
  { object = 'Big__c', format, rows = million }: Export,
): Contender {
  const output = `${object}.${format}`;
  return {
    name: `sf bulk2 query${object === 'Big__c' ? '' : `, ${rows.toLocaleString('en')} records`}${format === 'csv' ? '' : ` to ${format}`}`,
    command: sf([
      'bulk2',
      'query',
      '-q',
      selectFrom(object),
      '--result-format',
      format,
      '--output-file',
      output,
    ]),
    check: hasRecords(file(output), format, rows),
  };
}

export function stockExport({ sf, file }: Stage, format: 'csv' | 'json'): Contender {
  const output = `stock.${format}`;
  const query = ['-q', selectFrom('Big__c'), '--result-format', format, '--output-file', output];
  return {
    name: 'sf data export bulk',
    command: sf(['data', 'export', 'bulk', ...query, '--wait', '10']),
    check: hasRecords(file(output), format, million),
    isPeer: true,
  };
}

/** The same pages by `curl`, over as many connections as this plugin opens at most: how fast the bytes can come. */
export async function curlExport(stage: Stage): Promise<Contender> {
  return {
    name: 'curl, the same pages',
    command: await curlPages(stage, selectFrom('Big__c')),
    isPeer: true,
  };
}

export const helpName = 'sf bulk2 query --help';

export function queryHelp({ sf }: Stage): Contender {
  return { name: helpName, command: sf(['bulk2', 'query', '--help']) };
}
