import type { Benchmark } from '../benchmark.ts';
import { curlExport, helpName, millionRecords, ourExport, queryHelp, stockExport } from '../exports.ts';

const ours = 'sf bulk2 query';
const stock = 'sf data export bulk';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV',
  org: millionRecords,
  wires: ['near', 'distant', 'overseas'],
  rounds: 3,
  bars: [
    { of: ours, to: stock, figure: 'time', most: 0.3, wire: 'distant' },
    { of: ours, to: stock, figure: 'CPU', most: 0.33, wire: 'distant' },
    { of: ours, to: 'curl, the same pages', figure: 'time', most: 1.5, above: helpName, wire: 'distant' },
    { of: ours, figure: 'memory', most: 100, above: helpName, wire: 'distant' },
  ],
  prepare: async (stage) => [
    ourExport(stage, { format: 'csv' }),
    stockExport(stage, 'csv'),
    await curlExport(stage),
    queryHelp(stage),
  ],
} satisfies Benchmark;
