import { extname } from 'node:path';
import { UsageError } from '../../lib/errors.js';
import type { queryFormats } from '../choices.js';

export type QueryFormat = (typeof queryFormats)[number];

export type Surroundings = { readonly isTerminal: boolean; readonly isJson: boolean };

export type OutputFormat = { readonly format: QueryFormat; readonly gzip: boolean };

type Named = {
  readonly asked: QueryFormat | undefined;
  readonly outputFile: string | undefined;
  readonly outputDir: string | undefined;
};

const formatsByExtension: Readonly<Record<string, QueryFormat>> = {
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
  '.xlsx': 'xlsx',
};

/** Endings of what is never written, by which programs would take CSV for something else. */
const otherExtensions = new Set(
  ['xls', 'xlsm', 'xlsb', 'ods', 'doc', 'docx', 'pdf', 'xml', 'html', 'zip', 'avro', 'orc', 'arrow'].map(
    (name) => `.${name}`,
  ),
);

const binaryFormats = { parquet: 'Parquet', xlsx: 'Excel' } as const;

/** The format that was asked for, or that the output's name, the terminal or `--json` tells. */
export function outputFormat(
  { asked, outputFile, outputDir }: Named,
  { isTerminal, isJson }: Surroundings,
): OutputFormat {
  if (outputDir !== undefined) return { format: asked ?? 'csv', gzip: false };
  if (outputFile === undefined) {
    const byPlace = isJson ? 'json' : isTerminal ? 'human' : 'csv';
    return { format: isJson && asked === 'human' ? 'json' : (asked ?? byPlace), gzip: false };
  }
  const gzip = extname(outputFile).toLowerCase() === '.gz';
  const extension = extname(gzip ? outputFile.slice(0, -'.gz'.length) : outputFile).toLowerCase();
  return { format: asked ?? formatsByExtension[extension] ?? 'csv', gzip };
}

/** The ending of an output's name, if it promises a format that is not written: the file is CSV nevertheless. */
export function misleadingExtension(outputFile: string | undefined, asked?: string): string | undefined {
  const extension = extname(outputFile ?? '').toLowerCase();
  return asked === undefined && otherExtensions.has(extension) ? extension : undefined;
}

type OutputFlags = {
  readonly 'output-file'?: string;
  readonly 'output-dir'?: string;
  readonly nested: boolean;
  readonly bom: boolean;
  readonly 'plain-numbers': boolean;
};

/** @throws UsageError the format does not go with where the records go to */
export function requireUsable(
  { format, gzip }: OutputFormat,
  flags: OutputFlags,
  { isJson }: Surroundings,
): void {
  const isOnStdout = flags['output-file'] === undefined && flags['output-dir'] === undefined;
  if (format === 'human' && !isOnStdout) {
    throw new UsageError(
      'A table is for the terminal: --result-format human does not go with an output file or folder.',
    );
  }
  const binary = format === 'parquet' || format === 'xlsx' ? binaryFormats[format] : undefined;
  if (binary !== undefined && isOnStdout) {
    throw new UsageError(`${binary} is binary and needs a file.`, {
      actions: [`Name a file: --output-file records.${format}`],
    });
  }
  if (binary !== undefined && gzip) {
    throw new UsageError(`${binary} files are already compressed inside.`, {
      actions: ['Leave .gz out of the name.'],
    });
  }
  if (isJson && isOnStdout && format !== 'json') {
    throw new UsageError(`--json writes the records as JSON to standard output, not as ${format}.`, {
      actions: ['Name a file with --output-file, or leave --result-format or --json out.'],
    });
  }
  if (flags.nested && format !== 'json' && format !== 'ndjson') {
    throw new UsageError(`--nested is for JSON; ${format} has columns only.`, {
      actions: ['Add --result-format json or ndjson, or leave --nested out.'],
    });
  }
  const csvFlag = (['bom', 'plain-numbers'] as const).find((name) => flags[name]);
  if (csvFlag !== undefined && format !== 'csv') {
    const found = format === 'human' ? 'a table' : format;
    throw new UsageError(`--${csvFlag} is for CSV, and the output is ${found}.`, {
      actions: [`Add --result-format csv, or leave --${csvFlag} out.`],
    });
  }
}
