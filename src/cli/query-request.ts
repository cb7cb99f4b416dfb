import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { UsageError } from '../lib/errors.js';
import type { ColumnDelimiter, LineEnding } from '../lib/api/types.js';
import type { ExportFormat, ExportRequest } from '../lib/query/request.js';

/** Flags of an export, parsed. */
export type QueryFlags = {
  readonly query?: string;
  readonly 'query-file'?: string;
  readonly 'result-format'?: ExportFormat;
  readonly 'output-file'?: string;
  readonly 'all-rows': boolean;
  readonly 'column-delimiter': ColumnDelimiter;
  readonly 'line-ending': LineEnding;
  readonly wait?: number;
  readonly async: boolean;
  readonly concurrency: number;
};

const formatsByExtension: Readonly<Record<string, ExportFormat>> = {
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
};

export type Surroundings = { readonly isTerminal: boolean; readonly isJson: boolean };

/**
 * Decides every option of an export. Without `--result-format` the format is the output file's, or a table on a
 * terminal, or CSV in a pipe.
 * @throws UsageError
 */
export async function queryRequest(flags: QueryFlags, surroundings: Surroundings): Promise<ExportRequest> {
  const outputFile = flags['output-file'];
  const format = flags['result-format'] ?? defaultFormat(outputFile, surroundings);
  requireUsable(format, outputFile, surroundings);
  return {
    soql: await soqlOf(flags),
    operation: flags['all-rows'] ? 'queryAll' : 'query',
    columnDelimiter: flags['column-delimiter'],
    lineEnding: flags['line-ending'],
    format,
    typed: true,
    ...(outputFile === undefined ? {} : { outputFile: resolve(outputFile) }),
    concurrency: flags.concurrency,
    wait: flags.async ? 'accepted' : flags.wait === undefined ? 'end' : { timeoutMs: flags.wait * 60_000 },
  };
}

function defaultFormat(outputFile: string | undefined, { isTerminal, isJson }: Surroundings): ExportFormat {
  if (outputFile !== undefined) return formatsByExtension[extname(outputFile).toLowerCase()] ?? 'csv';
  if (isJson) return 'json';
  return isTerminal ? 'human' : 'csv';
}

function requireUsable(format: ExportFormat, outputFile: string | undefined, { isJson }: Surroundings): void {
  if (format === 'human' && outputFile !== undefined) {
    throw new UsageError(
      'A table is for the terminal: --result-format human does not go with --output-file.',
    );
  }
  if (format === 'parquet' && outputFile === undefined) {
    throw new UsageError('Parquet is binary and needs a file.', {
      actions: ['Name a file: --output-file records.parquet'],
    });
  }
  if (isJson && outputFile === undefined && format !== 'json' && format !== 'human') {
    throw new UsageError(`--json writes the records as JSON to standard output, not as ${format}.`, {
      actions: ['Name a file with --output-file, or leave --result-format or --json out.'],
    });
  }
}

async function soqlOf(flags: QueryFlags): Promise<string> {
  const soql = flags.query ?? (await readFile(flags['query-file'] ?? '', 'utf8'));
  if (soql.trim() === '') throw new UsageError('The query is empty.');
  return soql.trim();
}
