import { expect } from 'vitest';
import { parse } from 'yaml';
import { openBench } from '../support/bulk2.ts';
import { codeBlocks, pageText, runAsPrinted } from '../support/docs-page.ts';
import { needing } from '../support/systems.ts';

type Load = {
  readonly strategy: { readonly matrix: { readonly shard: readonly number[] } };
  readonly steps: ReadonlyArray<{ readonly run: string }>;
};

const page = pageText('docs/beyond-one-machine.md');
const { jobs } = parse(codeBlocks(page, 'yaml')[0] ?? '') as { readonly jobs: { readonly load: Load } };
const { strategy, steps } = jobs.load;

needing('a POSIX shell')(
  'the shards of the page on machines load every file once, and one without files loads none',
  { timeout: 120_000 },
  async () => {
    await using bench = await openBench({ queryPageRows: 1_000 });
    for (const block of codeBlocks(page, 'sh')) {
      expect(await runAsPrinted(block, bench)).toMatchObject({ code: 0 });
    }
    const loaded: string[] = [];
    for (const shard of strategy.matrix.shard) {
      for (const { run } of steps) {
        const line = run.replaceAll('${{ matrix.shard }}', String(shard));
        const { code, stdout, stderr } = await runAsPrinted(line, bench);
        expect(code, stderr).toBe(0);
        loaded.push(...(/([\d,]+) rows succeeded/.exec(stdout)?.slice(1) ?? []));
      }
    }
    expect(loaded).toEqual(['1,000', '1,000', '1,000']);
  },
);
