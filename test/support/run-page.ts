import { expect } from 'vitest';
import type { Bench } from './bulk2.ts';
import { runAsPrinted, type PageOutcome } from './docs-page.ts';

/** The ids that pages write for that of the job, and of the copy, that a command has named last. */
const printedId = '7505g00000abcdEAAQ';
const printedRunId = '20260131T080000123Z-a1b2c3';

/** A command of a page, and the output that the page prints for it. */
export type PageStep = { readonly command: string; readonly printed: string | undefined };

/** The blocks of `sh` of a page, each with the block of `text` that follows it, if one does. */
export function pageSteps(page: string): PageStep[] {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, language, command = ''], index) => {
    if (language !== 'sh') return [];
    const [, next, printed] = blocks[index + 1] ?? [];
    return [{ command, printed: next === 'text' ? printed : undefined }];
  });
}

/** Runs the commands of a page one after the other; an id that was printed takes the place of the page's. */
export class PageRun {
  readonly #bench: Bench;
  #id = printedId;
  #runId = printedRunId;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async run({ command }: PageStep): Promise<PageOutcome> {
    const ready = command.replaceAll(printedId, this.#id).replaceAll(printedRunId, this.#runId);
    const outcome = await runAsPrinted(ready, this.#bench);
    this.read(outcome);
    return outcome;
  }

  /** Takes the ids that a command has printed. */
  read({ stdout, stderr }: Omit<PageOutcome, 'code'>): void {
    const text = `${stdout}\n${stderr}`;
    this.#id = text.match(/\b750\w{15}\b/g)?.at(-1) ?? this.#id;
    this.#runId = text.match(/\b\d{8}T\d{9}Z-\w{6}\b/g)?.at(-1) ?? this.#runId;
  }
}

/** A step has ended with this code, and has printed what the page shows. */
export function expectAsPrinted(
  { printed = '' }: PageStep,
  outcome: PageOutcome,
  code: number | undefined,
): void {
  expect(outcome.code, outcome.stderr + outcome.stdout).toBe(code);
  expect(missingLines(printed, outcome), outcome.stderr + outcome.stdout).toEqual([]);
}

/** Lines of a printed output that are not in the real one, in their order; figures, ids, folders and the org may differ. */
function missingLines(printed: string, { stdout, stderr }: PageOutcome): string[] {
  const real = comparable(`${stderr}\n${stdout}`);
  let from = 0;
  return comparable(printed).filter((line) => {
    const at = real.findIndex((each, index) => index >= from && each.includes(line));
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}

function comparable(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/\b750\w{15}\b|\b\d{8}T\d{9}Z-\w{6}\b/g, 'ID')
        .replaceAll(/--target-org \S+/g, '--target-org ORG')
        .replaceAll(/https?:\/\/\S+/g, 'URL')
        .replaceAll(/(?:\/[^\s"/]+)+\//g, '')
        .replaceAll(/\d{8}T\d+Z|\d[\d.,]*/g, '#')
        .replaceAll(/(row|record)s?\/s/g, '$1s/s')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && line !== '…');
}
