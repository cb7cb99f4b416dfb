import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TableCollector, type Table, type TableOptions } from '../../../src/lib/output/table.js';
import { csvSample, cutsInTwo } from './support.ts';

function collect(rows: Iterable<Buffer>, options: TableOptions): Table {
  const collector = new TableCollector(options);
  for (const chunk of rows) collector.push(chunk);
  collector.endPage();
  return collector.table();
}

describe('TableCollector', () => {
  it('keeps the first rows and counts all of them', () => {
    const rows = Array.from({ length: 500 }, (_, index) => Buffer.from(`"${index}","x"\n`));
    const table = collect(rows, { columns: ['N', 'X'], delimiter: 'COMMA' });
    expect(table.columns).toEqual(['N', 'X']);
    expect(table.rows).toHaveLength(200);
    expect(table.rows[199]).toEqual(['199', 'x']);
    expect(table.totalRows).toBe(500);
  });

  it('gives the values that were written, at every chunk boundary', () => {
    fc.assert(
      fc.property(csvSample, ({ bytes, rows, ...options }) => {
        for (const chunks of cutsInTwo(bytes)) {
          const table = collect(chunks, options);
          expect(table.rows).toEqual(rows);
          expect(table.totalRows).toBe(rows.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is empty for no rows', () => {
    const table = collect([], { columns: ['N'], delimiter: 'COMMA', maxRows: 3 });
    expect(table).toEqual({ columns: ['N'], rows: [], totalRows: 0 });
  });
  it('takes pages whose last rows have no line ending', () => {
    const collector = new TableCollector({ columns: ['N'], delimiter: 'COMMA', maxRows: 1 });
    for (const page of ['"1"', '"2"']) {
      collector.push(Buffer.from(page));
      collector.endPage();
    }
    expect(collector.table()).toEqual({ columns: ['N'], rows: [['1']], totalRows: 2 });
  });
});
