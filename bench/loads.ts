import type { Contender } from './benchmark.ts';
import type { Stage } from './stage.ts';
import { tookRows, tookRowsWithResults } from './whole.ts';

export const loadHelpName = 'sf bulk2 insert --help';

export function loadHelp({ sf }: Stage): Contender {
  return { name: loadHelpName, command: sf(['bulk2', 'insert', '--help']) };
}

/** A load by this plugin of a file, with the result of every row. */
export function ourLoad(stage: Stage, operation: 'insert' | 'upsert', file: string, rows: number): Contender {
  const args = ['bulk2', operation, '--file', file, ...into(operation), '--results-dir', 'results', '--json'];
  const command = stage.sf(args, { stdoutFile: stage.file('ours.json') });
  return {
    name: `sf bulk2 ${operation}`,
    command,
    check: tookRowsWithResults(stage.org, rows, stage.file('results')),
  };
}

/** The same by the stock CLI, which brings no results. */
export function stockLoad(
  stage: Stage,
  operation: 'insert' | 'upsert',
  file: string,
  rows: number,
): Contender {
  const verb = operation === 'insert' ? 'import' : 'upsert';
  const args = ['data', verb, 'bulk', '--file', file, ...into(operation), '--wait', '20', '--json'];
  const command = stage.sf(args, { stdoutFile: stage.file('stock.json') });
  return { name: `sf data ${verb} bulk`, command, check: tookRows(stage.org, rows), isPeer: true };
}

function into(operation: 'insert' | 'upsert'): string[] {
  const key = operation === 'upsert' ? ['--external-id', 'External_Id__c'] : [];
  return ['--sobject', 'Account', ...key];
}
