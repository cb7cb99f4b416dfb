import type { Benchmark } from '../benchmark.ts';
import { bothExports, millionRecords } from '../exports.ts';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV from an org 40 ms away',
  org: { ...millionRecords, latencyMs: 40 },
  rounds: 3,
  prepare: (stage) => Promise.resolve(bothExports(stage, 'csv')),
} satisfies Benchmark;
