import type { Benchmark } from '../benchmark.ts';
import { millionRecords, ourExport, stockExport } from '../exports.ts';

export default {
  title: '1,000,000 records, about 122 MB of CSV, exported as JSON',
  org: millionRecords,
  wires: ['distant'],
  rounds: 3,
  bars: [
    { of: 'sf bulk2 query to json', to: 'sf data export bulk', figure: 'time', most: 0.2, wire: 'distant' },
  ],
  prepare: (stage) => Promise.resolve([ourExport(stage, { format: 'json' }), stockExport(stage, 'json')]),
} satisfies Benchmark;
