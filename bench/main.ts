import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { printResult, writePage } from './report.ts';
import { runBenchmark } from './run-benchmark.ts';

const folder = join(import.meta.dirname, 'cases');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const all = await Promise.all((await readdir(folder)).sort().map(readCase));
if (values.list) {
  for (const { name, benchmark } of all) {
    console.log(`${name}${benchmark.isFull === true ? ' (--full)' : ''}: ${benchmark.title}`);
  }
} else {
  await runAll();
}

async function runAll(): Promise<void> {
  const results: BenchmarkResult[] = [];
  for (const { benchmark } of chosen()) {
    for await (const result of runBenchmark(benchmark)) {
      printResult(result);
      results.push(result);
    }
  }
  if (values.write) await writePage(results, ['npm run bench --', ...process.argv.slice(2)].join(' '));
}

/** @throws Error a name that no case has */
function chosen(): typeof all {
  if (positionals.length === 0)
    return all.filter(({ benchmark }) => values.full || benchmark.isFull !== true);
  return positionals.map((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    if (found === undefined)
      throw new Error(`There is no case ${wanted}. List them: npm run bench -- --list`);
    return found;
  });
}

async function readCase(file: string): Promise<{ readonly name: string; readonly benchmark: Benchmark }> {
  const module = (await import(pathToFileURL(join(folder, file)).href)) as { readonly default: Benchmark };
  return { name: basename(file, '.ts'), benchmark: module.default };
}
