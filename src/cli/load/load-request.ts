import { resolve } from 'node:path';
import type { Org } from '@salesforce/core';
import { parseDelimiter } from '../../lib/csv/delimiters.js';
import type { IngestOperation, LineEnding } from '../../lib/api/types.js';
import {
  type InputFormat,
  mostJobBytes,
  type DuplicateKeys,
  type LoadInput,
  type LoadRequest,
} from '../../lib/load/load.js';
import type { ValueFormats } from '../../lib/formats/value-formats.js';
import { UsageError } from '../../lib/errors.js';
import { matchingFiles } from '../../lib/files/matching-files.js';
import { readTextFile } from '../../lib/files/read-text.js';
import { combineMappings, parseMapRules, type ColumnMapping } from '../../lib/mapping/mapping.js';
import { parseSdl } from '../../lib/mapping/sdl.js';
import { waitOf } from '../wait.js';
import type { IfInterrupted } from './if-interrupted.js';

/** Flags of a load, parsed. */
export type LoadFlags = {
  readonly 'target-org': Org;
  readonly 'api-version'?: string | undefined;
  readonly file: readonly string[];
  readonly sobject: string;
  readonly wait?: number | undefined;
  readonly async: boolean;
  readonly 'column-delimiter'?: string | undefined;
  readonly 'line-ending'?: LineEnding | undefined;
  readonly encoding?: string | undefined;
  readonly sheet?: string | undefined;
  readonly 'input-format'?: InputFormat | undefined;
  readonly map?: readonly string[] | undefined;
  readonly 'mapping-file'?: string | undefined;
  readonly 'empty-as-null'?: boolean;
  readonly 'ignore-unknown-columns': boolean;
  readonly 'ignore-read-only-columns'?: boolean;
  readonly 'map-by-label': boolean;
  readonly 'keep-columns': boolean;
  readonly 'date-format'?: readonly string[] | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly 'decimal-separator'?: ValueFormats['decimalSeparator'];
  readonly 'ignore-number-signs'?: boolean;
  readonly 'boolean-words'?: boolean;
  readonly 'assignment-rule-id'?: string | undefined;
  readonly 'max-job-size'?: number | undefined;
  readonly 'max-rows-per-job'?: number | undefined;
  readonly concurrency: number;
  readonly compress: boolean;
  readonly 'retry-failed': number;
  readonly 'max-failures'?: string | undefined;
  readonly 'dry-run': boolean;
  readonly 'if-interrupted'?: IfInterrupted | undefined;
  readonly 'no-preflight': boolean;
  readonly 'set-aside-invalid': boolean;
  readonly 'duplicate-keys'?: DuplicateKeys;
  readonly 'results-dir': string;
  readonly report?: string | undefined;
  readonly operation: IngestOperation;
  readonly externalId?: string | undefined;
};

const bytesPerMegabyte = 1_000_000;

/** Decides every option of a load. @throws UsageError */
export async function loadRequest(flags: LoadFlags, signal?: AbortSignal): Promise<LoadRequest> {
  const delimiter = flags['column-delimiter'];
  return {
    operation: flags.operation,
    object: flags.sobject,
    externalId: flags.externalId,
    assignmentRuleId: assignmentRule(flags['assignment-rule-id']),
    inputs: await inputsOf(flags.file),
    reading: {
      format: flags['input-format'],
      delimiter: delimiter === undefined ? undefined : parseDelimiter(delimiter),
      lineEnding: flags['line-ending'],
      encoding: flags.encoding,
      sheet: flags.sheet,
    },
    columns: {
      mapping: await mappingOf(flags, signal),
      mapByLabel: flags['map-by-label'],
      ignoreUnknown: flags['ignore-unknown-columns'],
      ignoreReadOnlyColumns: flags['ignore-read-only-columns'] === true,
      formats: formatsOf(flags),
      emptyAsNull: flags['empty-as-null'] === true,
    },
    limits: {
      maxJobBytes: (flags['max-job-size'] ?? mostJobBytes / bytesPerMegabyte) * bytesPerMegabyte,
      maxRowsPerJob: flags['max-rows-per-job'] ?? Number.POSITIVE_INFINITY,
      concurrency: flags.concurrency,
    },
    resultsDir: resolve(flags['results-dir']),
    compress: flags.compress,
    retries: flags['retry-failed'],
    ...failureLimitOf(flags),
    preflight: !flags['no-preflight'],
    setAsideInvalid: flags['set-aside-invalid'],
    duplicateKeys: flags['duplicate-keys'] ?? 'warn',
    keepColumns: flags['keep-columns'],
    wait: waitOf(flags),
  };
}

function assignmentRule(id: string | undefined): string | undefined {
  if (id === undefined || /^01Q(\w{12}|\w{15})$/.test(id)) return id;
  throw new UsageError(
    `"${id}" is not the id of an assignment rule: those have 15 or 18 characters and begin with 01Q.`,
  );
}

/** Undefined where values are as the service takes them. */
function formatsOf(flags: LoadFlags): ValueFormats | undefined {
  const { 'date-format': dates, 'time-zone': timeZone, 'decimal-separator': decimalSeparator } = flags;
  const { 'ignore-number-signs': numberSigns = false, 'boolean-words': booleanWords = false } = flags;
  const isAsked =
    [dates, timeZone, decimalSeparator].some((value) => value !== undefined) || numberSigns || booleanWords;
  return isAsked ? { dates, timeZone, decimalSeparator, numberSigns, booleanWords } : undefined;
}

/** `--max-failures N` or `N%`. @throws UsageError */
export function failureLimitOf({
  'max-failures': text,
}: Pick<LoadFlags, 'max-failures'>): Pick<LoadRequest, 'maxFailures'> {
  if (text === undefined) return {};
  const [, number, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number);
  if (sign === '%' && value <= 100) return { maxFailures: { percent: value } };
  if (sign === '' && Number.isSafeInteger(value)) return { maxFailures: { rows: value } };
  throw new UsageError(`"${text}" isn't a limit of failed rows.`, {
    actions: ['Write a number of rows, such as 100, or a share of the rows of the input, such as 5%.'],
  });
}

/** Names as given, patterns as the files that match them in the order of their names, `-` as standard input. */
async function inputsOf(names: readonly string[]): Promise<LoadInput[]> {
  const inputs: LoadInput[] = [];
  for (const name of names) {
    if (name === '-') inputs.push({ name: 'standard input', stream: process.stdin });
    else for (const path of await filesNamed(name)) inputs.push({ name: path, path: resolve(path) });
  }
  return inputs;
}

/** What matches nothing is told as a file that is not there. */
async function filesNamed(name: string): Promise<string[]> {
  const files = await matchingFiles(name);
  return files.length === 0 ? [name] : files;
}

async function mappingOf(
  flags: LoadFlags,
  signal: AbortSignal | undefined,
): Promise<ColumnMapping | undefined> {
  const rules = flags.map === undefined ? undefined : parseMapRules(flags.map);
  const file = flags['mapping-file'];
  if (file === undefined) return rules;
  const base = parseSdl(await readTextFile(file, signal), { file });
  return rules === undefined ? base : combineMappings(base, rules);
}
