import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryColumn } from '../contracts.ts';
import { quotedLine } from '../csv/write.ts';
import type { Dialect } from '../csv/dialect.ts';
import type { QueryResults } from '../bulk/job.ts';
import { exportValue } from '../bulk/result-values.ts';
import type { Quirks } from '../options.ts';
import { blockRows, highDigits, rowDigits, tableValue, type GeneratedTable } from './generated-table.ts';

type Selection = {
  readonly table: GeneratedTable;
  readonly columns: readonly QueryColumn[];
  readonly rows: number;
  readonly dialect: Dialect;
  readonly quirks: Quirks;
};

/** Bulk results of a generated table, made from one block of finished text in which only digits change. */
export function tableResults(selection: Selection): QueryResults {
  const template = new BlockTemplate(selection);
  const { rows } = selection;
  const offset = (row: number): number =>
    Math.floor(row / blockRows) * template.offset(blockRows) + template.offset(row % blockRows);
  return {
    rows,
    header: Buffer.from(
      quotedLine(
        selection.columns.map(({ path }) => path),
        selection.dialect,
      ),
    ),
    bytes: offset(rows),
    offset,
    read: (from, to) => readBlocks(template, from, to),
    same: JSON.stringify(selection),
  };
}

async function* readBlocks(template: BlockTemplate, from: number, to: number): AsyncGenerator<Buffer> {
  let row = from;
  while (row < to) {
    const block = Math.floor(row / blockRows);
    const start = row - block * blockRows;
    const end = Math.min(blockRows, to - block * blockRows);
    yield template.render(block).subarray(template.offset(start), template.offset(end));
    row = block * blockRows + end;
    // Others have their turn between blocks.
    await nextTurn();
  }
}

/** A thousand rows as bytes, and where in them the block's number stands. */
class BlockTemplate {
  readonly #bytes: Buffer;
  /** Where each row begins, and the end. */
  readonly #offsets: number[] = [0];
  readonly #numberAt: number[] = [];

  constructor({ table, columns, dialect, quirks }: Selection) {
    const lines: Buffer[] = [];
    let length = 0;
    for (let row = 0; row < blockRows; row++) {
      const cells = columns.map(({ path, field }) =>
        exportValue(tableValue(table, row, path), field, quirks),
      );
      const line = Buffer.from(quotedLine(cells, dialect));
      const digits = rowDigits(row);
      for (let at = line.indexOf(digits); at >= 0; at = line.indexOf(digits, at + 1)) {
        // The number of the first row is nothing but zeros, and an id has some more in front of it.
        if (!isDigit(line[at + digits.length])) this.#numberAt.push(length + at);
      }
      lines.push(line);
      length += line.length;
      this.#offsets.push(length);
    }
    this.#bytes = Buffer.concat(lines);
  }

  /** Where a row of the block begins, in bytes. */
  offset(row: number): number {
    return this.#offsets[row] ?? 0;
  }

  render(block: number): Buffer {
    const bytes = Buffer.from(this.#bytes);
    const number = String(block).padStart(highDigits, '0');
    for (let digit = 0; digit < highDigits; digit++) {
      const code = number.charCodeAt(digit);
      if (code === 0x30) continue;
      for (const at of this.#numberAt) bytes[at + digit] = code;
    }
    return bytes;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
