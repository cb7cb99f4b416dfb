import type { ExportFacts, SinkStart } from '../../../../src/lib/export/sinks/sink.js';

/** A sink for records of Id and Name, of a CSV export to standard output unless said otherwise. */
export function sinkStart(plan: Partial<SinkStart['plan']> = {}, start: Partial<SinkStart> = {}): SinkStart {
  return {
    plan: {
      operation: 'query',
      soql: 'SELECT Id, Name FROM Account',
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
      format: 'csv',
      typed: true,
      concurrency: 1,
      ...plan,
    },
    columns: ['Id', 'Name'],
    types: undefined,
    offset: 0,
    hasEarlierRows: false,
    donePages: [],
    ...start,
  };
}

export const facts = { object: 'Account', jobIds: ['750000000000001AAA'], apiVersion: '67.0' };

/** What an export of such pages tells at its end. */
export const factsOf = (...pageRows: number[]): ExportFacts => ({ ...facts, pageRows });

/** A page of rows, cut into chunks. */
export async function* rows(...chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}
