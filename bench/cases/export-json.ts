import type { Benchmark } from '../benchmark.ts';
import { bothExports, millionRecords } from '../exports.ts';

export default {
  title: '1,000,000 records, about 122 MB of CSV, exported as JSON',
  org: millionRecords,
  rounds: 3,
  prepare: (stage) => Promise.resolve(bothExports(stage, 'json')),
} satisfies Benchmark;
