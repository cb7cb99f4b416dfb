import { adviceTable, adviceText } from '../../src/cli/advice.js';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { errorKinds, type ErrorKind } from './error-kinds.ts';
import { saidCodes } from './said-codes.ts';
import { saidErrors } from './said-errors.ts';
import { sourceFiles } from './source.ts';
import { table } from './table.ts';

/** Names that people don't get to see: base classes, and what is thrown and caught inside. */
const isInside = ({ name, extends: parent }: ErrorKind): boolean =>
  name === 'Bulk2Error' || (parent === 'Error' && name !== 'InterruptedError');

/** Every error by its name, problems of inputs and queries by their codes, and refusals of the org, each with what to do. */
export function errorsPage(): string {
  const files = sourceFiles();
  const kinds = errorKinds(files);
  const said = saidErrors(files);
  const shown = kinds.filter((kind) => !isInside(kind));
  const names = new Set(kinds.map(({ name }) => name));
  const advised = said.filter(({ name, actions }) => names.has(name) && actions.length > 0);
  return [
    '# Errors',
    'Written by `npm run reference`, from the code. `…` stands for what a message names: a file, a row, a job.',
    'In the JSON of a command, `name` is one of the names below, `message` says what happened, `actions` what to do next, and `exitCode` is the [exit code](commands.md#exit-codes). A program that uses the [library](library.md) catches errors of these classes.',
    '## Names',
    table(
      ['Name', 'Exit code', 'Meaning'],
      shown.map((kind) => [`\`${kind.name}\``, String(exitCodeOfKind(kind, kinds)), kind.meaning]),
    ),
    '## What is wrong with an input or a query',
    'An `InputError` or a `SoqlError` has a list, `data.problems`. Each problem has a `code`, a `message` and, where it has one, a place: `file`, `row` (counted from 1, after the header) and `column`.',
    'Warnings of a load have such codes, too, and rows that were not sent have one at the beginning of their `sf__Error`.',
    table(
      ['Code', 'Message'],
      saidCodes(files).map(({ code, messages }) => [`\`${code}\``, messages.join('<br>')]),
    ),
    '## What the org refuses',
    'The message of an `ApiError` or a `JobFailedError` is the org’s own. For these codes the command adds what to do:',
    table(['Code of the org', 'What to do'], refusals()),
    '## Messages that name the next step',
    table(
      ['Message', 'What to do'],
      advised.map(({ message, actions }) => [message, actions.join('<br>')]),
    ),
    '',
  ].join('\n\n');
}

function exitCodeOfKind({ name, extends: parent }: ErrorKind, kinds: readonly ErrorKind[]): number {
  if (name === 'UsageError' || name === 'InputError') return exitCodes.refusedInput;
  if (name === 'PollingTimeoutError') return exitCodes.notFinished;
  if (name === 'InterruptedError') return exitCodes.interrupted;
  const above = kinds.find((kind) => kind.name === parent);
  return above === undefined ? exitCodes.failed : exitCodeOfKind(above, kinds);
}

function refusals(): string[][] {
  return adviceTable.flatMap(({ codes, statuses, says, advice }) => {
    if (advice === undefined) return [];
    const names = codes?.map((code) => `\`${code}\``) ??
      statuses?.map((status) => `HTTP ${status}`) ?? ['any'];
    const which = says === undefined ? '' : `, where it says ${wordsOf(says)}`;
    return [[`${names.join(', ')}${which}`, adviceText(advice)]];
  });
}

function wordsOf({ source }: RegExp): string {
  return source
    .replaceAll('\\/', '/')
    .split('|')
    .map((words) => `“${words}”`)
    .join(' or ');
}
