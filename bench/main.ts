import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { measure, median, type Measured } from './measure.ts';
import { openStage } from './stage.ts';

const folder = join(import.meta.dirname, 'cases');
const names = (await readdir(folder)).map((file) => basename(file, '.ts')).sort();
const chosen = process.argv.slice(2);

if (chosen.length === 0) {
  console.log(`Which one?\n${names.map((name) => `  npm run bench -- ${name}`).join('\n')}`);
} else {
  for (const name of chosen) {
    const { default: benchmark } = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as {
      default: Benchmark;
    };
    await runBenchmark(benchmark);
  }
}

async function runBenchmark({ title, org, rounds, isLong = false, prepare }: Benchmark): Promise<void> {
  await using stage = await openStage(org);
  const contenders = await prepare(stage);
  const runs = contenders.map(() => [] as Measured[]);
  for (let round = isLong ? 1 : 0; round <= rounds; round += 1) {
    for (const [index, { command }] of contenders.entries()) {
      const measured = await measure(command);
      if (round > 0) runs[index]?.push(measured);
    }
  }
  const mode = org.ingestMode === 'sink' ? ' (an org that counts rows and keeps bytes)' : '';
  console.log(`\n${title}${mode}; ${rounds} rounds in turn, Node ${process.version}`);
  console.table(contenders.map(({ name }, index) => row(name, runs[index]!, runs[0]!)));
}

function row(name: string, runs: readonly Measured[], first: readonly Measured[]): Record<string, string> {
  const seconds = runs.map(({ wallMs }) => wallMs / 1000);
  const ratios = runs.map(({ wallMs }, round) => wallMs / first[round]!.wallMs);
  const cpuSeconds = median(runs.map(({ cpuMs }) => cpuMs)) / 1000;
  const megabytes = Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6;
  return {
    command: name,
    'median s': median(seconds).toFixed(2),
    'range s': `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`,
    'wall, times the first': median(ratios).toFixed(2),
    'CPU s': cpuSeconds === 0 ? '' : cpuSeconds.toFixed(2),
    'peak MB': megabytes === 0 ? '' : megabytes.toFixed(0),
  };
}
