import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError, UsageError } from '../../src/lib/errors.js';
import type { ErrorGroup } from '../../src/lib/load/model/error-groups.js';
import { planOf } from '../lib/load/plan/support.ts';
import { fields } from './odd-inputs/fields.ts';
import { account, type OddInput } from './odd-inputs/odd-input.ts';
import { shapes } from './odd-inputs/shapes.ts';

const page = join(import.meta.dirname, '../../docs/odd-inputs.md');
const corpus = join(import.meta.dirname, '../fixtures/csv');

type Expectation = { readonly options?: { readonly delimiter: string } };

/** The files that the scanner is tested with, loaded into no object in particular. */
function corpusInputs(): OddInput[] {
  const expectations = JSON.parse(readFileSync(join(corpus, 'expectations.json'), 'utf8')) as Record<
    string,
    Expectation
  >;
  return Object.entries(expectations).map(([name, { options }]) => ({
    what: name.replace(/\.csv$/, '').replaceAll('-', ' '),
    files: { [name]: readFileSync(join(corpus, name)) },
    ...(options === undefined ? {} : { flags: `--column-delimiter "${options.delimiter}"` }),
    request: { preflight: false, ...(options === undefined ? {} : { reading: options }) },
  }));
}

async function planned({
  files,
  operation = 'insert',
  request,
  object = account,
  isGivenTwice = false,
}: OddInput) {
  const whole = { operation, object: object.name, preflight: true, ...request };
  const once = await planOf(files, whole, [object]);
  if (!isGivenTwice) return once;
  const inputs = Object.keys(files).map((name) => ({ name, path: join(once.folder, name) }));
  return planOf({}, { ...whole, inputs: [...inputs, ...inputs] }, [object]);
}

/** What a person reads of it. */
async function outcomeOf(input: OddInput): Promise<string> {
  try {
    const { plan, warnings } = await planned(input);
    const rows = plan.rows === 1 ? '1 row' : `${plan.rows} rows`;
    const sent = plan.rows > 0 ? `Loads ${rows}.` : 'Nothing to send.';
    const errors = (plan.setAside?.errors ?? []) as ErrorGroup[];
    const reasons = errors.map(({ message }) => `Reason: ${message}`);
    return [sent, ...warnings.map(({ message }) => message), ...reasons].join(' ');
  } catch (error) {
    if (!(error instanceof InputError) && !(error instanceof UsageError)) throw error;
    return ['Refused:', error.message.split('\n')[0], ...error.actions].join(' ');
  }
}

const control = /[\u0000-\u001f\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff]/g;

function cell(text: string): string {
  const seen = text.replace(control, (each) =>
    each === '\n' ? ', ' : `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return seen.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}

async function tableOf(inputs: readonly OddInput[]): Promise<string> {
  const rows: string[] = [];
  for (const input of inputs) {
    const how = [input.operation ?? 'insert', ...(input.flags === undefined ? [] : [cell(input.flags)])].join(
      ' ',
    );
    rows.push(`| ${cell(input.what)} | ${how} | ${cell(await outcomeOf(input))} |`);
  }
  return ['| Input | Command | What happens |', '| --- | --- | --- |', ...rows].join('\n');
}

test('docs/odd-inputs.md tells of each odd input what happens to it', async () => {
  const files = corpusInputs();
  expect(files.length + shapes.length + fields.length).toBeGreaterThanOrEqual(150);
  const text = [
    '# Odd inputs, and what happens to them',
    'Files as people really have them. This page is made by the tests: each line is a file that they load, and what the command says of it. Refused means that nothing was sent (exit code 2). The object is an account with a required `Name`, an external id `Ext__c`, a checkbox, numbers, dates, a picklist and two parents.',
    '## Formats, encodings and rows',
    await tableOf(shapes),
    '## Columns and values',
    await tableOf(fields),
    '## CSV, well and badly written',
    'Loaded with `--no-preflight`: only what is wrong with the file itself is told. The files are in `test/fixtures/csv`.',
    await tableOf(files),
  ].join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot(page);
}, 120_000);

test('the page is linked from the README', () => {
  expect(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')).toContain('docs/odd-inputs.md');
});
