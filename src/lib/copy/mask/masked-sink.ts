import { cellText, encodeCell, isCellEmpty } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { RecordSink } from '../../export/sinks/sink.js';
import { ByteSink } from '../../output/byte-sink.js';
import type { Mask } from './masks.js';
import { personFlag } from '../plan/plan-persons.js';

/** Masks by column, in any case. */
export type Masks = ReadonlyMap<string, Mask>;

/**
 * A sink that gets rows of CSV with some of their values masked: what they were is never written. The name of a person
 * account is joined from fields that may be masked, and isn't needed: it is left out.
 */
export function maskedSink(sink: RecordSink, columns: readonly string[], masks: Masks): RecordSink {
  const table: MaskedTable = {
    masks: columns.map((column) => masks.get(column.toLowerCase())),
    personFlag: columns.indexOf(personFlag),
    name: columns.indexOf('Name'),
  };
  return { ...sink, page: (rows) => sink.page(maskRows(rows, table)) };
}

type MaskedTable = {
  /** By column. */
  readonly masks: ReadonlyArray<Mask | undefined>;
  /** Columns; -1 where there is none. */
  readonly personFlag: number;
  readonly name: number;
};

const rowsAtOnce = 2_000;

async function* maskRows(
  rows: AsyncIterable<Buffer>,
  table: MaskedTable,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new RecordReader(rows, ',');
  const out = new ByteSink();
  for (;;) {
    const read = await reader.read(rowsAtOnce, (record) => putRow(out, record, table));
    if (out.length > 0) yield out.take();
    if (read < rowsAtOnce) return;
  }
}

function putRow(out: ByteSink, record: CsvRecord, { masks, personFlag: flag, name }: MaskedTable): void {
  const isPerson = flag >= 0 && cellText(record, flag) === 'true';
  for (let cell = 0; cell < record.count; cell++) {
    const mask = isPerson && cell === name ? clear : masks[cell];
    if (mask === undefined || isCellEmpty(record, cell)) {
      out.append(record.bytes.subarray(record.starts[cell] ?? 0, record.ends[cell] ?? 0));
    } else out.append(Buffer.from(encodeCell(mask(cellText(record, cell)), ',')));
    out.append(comma);
  }
  // In the place of the last comma.
  out.length -= 1;
  out.append(newline);
}

const clear: Mask = () => '';
const comma = Buffer.from(',');
const newline = Buffer.from('\n');
