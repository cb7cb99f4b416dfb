import { cpus, totalmem } from 'node:os';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchmarkResult, ContenderResult } from './benchmark.ts';
import { cpuMs, median, peakBytes, wallMs } from './measure.ts';
import { projectRoot } from '../test/host/sf.ts';
import { cell, withResults } from './page.ts';
import { wires } from './wires.ts';

const columns = ['Command', 'Time', 'Range', 'Times the first', 'CPU', 'Peak memory', 'Result'] as const;

/** A row of the table of a benchmark, the same on a terminal and in the page. */
function rowOf({ name, runs, fault }: ContenderResult, first: ContenderResult | undefined): string[] {
  if (runs.length === 0) return [name, '', '', '', '', '', fault ?? ''];
  const seconds = runs.map((run) => wallMs(run) / 1000);
  const ratio = median(seconds) / (median((first?.runs ?? runs).map(wallMs)) / 1000);
  const cpu = median(runs.map(cpuMs)) / 1000;
  const memory = Math.max(...runs.map(peakBytes)) / 1e6;
  return [
    name,
    `${median(seconds).toFixed(2)} s`,
    `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`,
    ratio.toFixed(2),
    cpu === 0 ? '' : `${cpu.toFixed(2)} s`,
    memory === 0 ? '' : `${memory.toFixed(0)} MB`,
    fault ?? 'whole',
  ];
}

export function printResult(result: BenchmarkResult): void {
  const { title, wire, rounds, contenders, bars } = result;
  console.log(`\n${title}; ${wires[wire].text}; ${rounds} rounds in turn, Node ${process.version}`);
  const rows = contenders.map((each) => rowOf(each, contenders[0]));
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  for (const { isMet, text } of bars) console.log(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
}

/** Writes what was measured into `docs/benchmarks.md`. */
export async function writePage(results: readonly BenchmarkResult[], command: string): Promise<void> {
  const path = join(projectRoot, 'docs', 'benchmarks.md');
  const head = [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench -- --write`. -->',
    '',
    ...introduction,
    '',
    ...(await circumstances(command)),
    '',
  ].join('\n');
  const targets = results.flatMap(({ title, bars }) => bars.map((bar) => ({ ...bar, title })));
  const sections = results.map((result) => ({ heading: result.title, lines: linesOf(result) }));
  const page = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, withResults(page, head, { sections, targets }));
}

const introduction = [
  'Each table compares commands that do the same work, run in turn (A B A B) against the same local org over TLS with',
  'gzip, in a process of its own on the same machine. All `sf` commands run under the same stock Salesforce CLI. Times are medians',
  'of wall clock, CPU is that of user and system on all threads, memory is the peak of resident memory. After each run its result is',
  'checked: “whole” means that every row is there. Take the ratios: seconds depend on the machine, and a real org takes its own time',
  'to process a job, which is the same for every tool.',
];

async function circumstances(command: string): Promise<string[]> {
  const versions = await Promise.all(
    [
      'package.json',
      'test/host/node_modules/@salesforce/cli/package.json',
      'node_modules/@jsforce/jsforce-node/package.json',
    ].map(
      async (file) =>
        (JSON.parse(await readFile(join(projectRoot, file), 'utf8')) as { version: string }).version,
    ),
  );
  const [own, host, jsforce] = versions;
  const processors = cpus();
  return [
    `- Last run: ${new Date().toISOString().slice(0, 10)}, \`${command}\`; tables of other cases say when they were measured`,
    `- Versions: sf-plugin-bulk2 ${own}, Salesforce CLI ${host}, jsforce ${jsforce}, Node ${process.version}`,
    `- Machine: ${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ${process.platform}`,
  ];
}

function linesOf({ wire, contenders }: BenchmarkResult): string[] {
  const [processor] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Distance to the org: ${wires[wire].text}. Measured on ${date} with Node ${process.version} (${processor?.model.trim() ?? 'unknown'}).`,
    '',
    `| ${columns.join(' | ')} |`,
    `| ${columns.map((column) => (column === 'Command' || column === 'Result' ? '---' : '---:')).join(' | ')} |`,
    ...contenders.map((each) => `| ${rowOf(each, contenders[0]).map(cell).join(' | ')} |`),
  ];
}
