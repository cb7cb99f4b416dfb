import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CopyCase } from './case.ts';

const bench = join(import.meta.dirname, '..', '..', 'bench', 'main.ts');

/** 11: 99,000 records, measured as beside other tools; the plan is that of `bench/cases/copy.ts`. */
export default {
  title: '33,000 accounts and 66,000 contacts: time, CPU, memory, wrong links (npm run bench -- copy)',
  async run() {
    const options = { maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(process.execPath, [bench, 'copy'], options);
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    return {
      figures: lines.map((line) => ['bench', line.trim()] as const),
      problems: lines.filter((line) => line.startsWith('MISSED')),
    };
  },
} satisfies CopyCase;
