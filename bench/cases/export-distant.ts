import type { Benchmark } from '../benchmark.ts';
import { bothExports, millionRecords } from '../exports.ts';

export default {
  title: '1,000,000 records, about 122 MB, exported as CSV from an org 80 ms away, 5 MB/s per connection',
  org: { ...millionRecords, latencyMs: 80, bandwidthBytesPerSecond: 5_000_000 },
  rounds: 3,
  prepare: (stage) => Promise.resolve(bothExports(stage, 'csv')),
} satisfies Benchmark;
