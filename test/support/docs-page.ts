import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bulk2.ts';
import { wordsOfPlainLine } from './plain-line.ts';
import { sfInShell } from './sf-door.ts';

const root = join(import.meta.dirname, '..', '..');

/** The text of a page of the project, by its path from the root. */
export function pageText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The blocks of code in a language. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, code = '']) =>
    name === language ? [code] : [],
  );
}

/** What stands between backticks, outside of blocks. */
export function codeSpans(text: string): string[] {
  return [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The tables of a page, row by row, each row by the heads of its columns. */
export function tableRows(text: string): Array<Record<string, string>> {
  return [...text.matchAll(/(?:^\|.*\n)+/gm)].flatMap(([table]) => {
    const [head = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    return rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** How a command of a page ended. */
export type PageOutcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs commands as a person would copy them, with `sf` being this project's own, in the folder of the bench: by a shell
 * to the last line that needs one, and those behind it in the process of the bench, which has loaded the commands.
 */
export async function runAsPrinted(script: string, bench: Bench): Promise<PageOutcome> {
  const lines = script.split('\n').filter((line) => line !== '');
  const begin = lines.findLastIndex((line) => ownCommand(line) === undefined) + 1;
  let sum = await runInShell(lines.slice(0, begin), bench);
  for (const line of lines.slice(begin)) {
    if (sum.code !== 0) break;
    const { code, stdout, stderr } = await bench.run(...(ownCommand(line) ?? []));
    sum = { code: code ?? 1, stdout: sum.stdout + stdout, stderr: sum.stderr + stderr };
  }
  return sum;
}

/** What follows `sf bulk2` in a line that is nothing else. */
function ownCommand(line: string): string[] | undefined {
  const [program, topic, ...args] = wordsOfPlainLine(line) ?? [];
  return program === 'sf' && topic === 'bulk2' ? args : undefined;
}

async function runInShell(lines: readonly string[], bench: Bench): Promise<PageOutcome> {
  if (lines.length === 0) return { code: 0, stdout: '', stderr: '' };
  const script = lines.join('\n');
  const { sf, close } = await sfInShell(script, bench);
  const { folder: cwd, env } = bench;
  const outcome = await new Promise<PageOutcome>((resolve) => {
    execFile('sh', ['-e', '-c', sf + script], { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
  await close();
  return outcome;
}
