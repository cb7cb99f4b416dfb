// Preloaded into a measured process: leaves its peak resident memory in a file when it ends.
import { appendFileSync } from 'node:fs';

process.once('exit', () => {
  appendFileSync(process.env.BENCH_PEAK_FILE, `${process.resourceUsage().maxRSS}\n`);
});
