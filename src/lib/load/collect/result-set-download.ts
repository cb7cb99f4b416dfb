import { rm } from 'node:fs/promises';
import { contentStart, recordTexts } from '../../csv/cells.js';
import { serviceDelimiters } from '../../csv/delimiters.js';
import { PageSpool } from '../../files/spool.js';
import { IncompleteResultError, ResultFormatError, RecordReader, peek } from '../../csv/record-reader.js';
import { keySumIn, noKeys } from '../keys/key-sum.js';
import { resultSets, type ResultSet, type ResultSetName } from '../model/result-sets.js';

const idCell = '"sf__Id"';
/** `sf__Created`, which is `true` or `false`. */
const createdCell = 1;
const trueStart = 't'.charCodeAt(0);

/**
 * What separates the cells of a set that begins with the service's own columns. That it is the job's delimiter is
 * what clients assume and no documentation says.
 */
function delimiterAfterId(head: Buffer): string | undefined {
  const text = head.toString('latin1');
  return text.startsWith(idCell)
    ? serviceDelimiters.find((one) => text.startsWith(one, idCell.length))
    : undefined;
}

type DownloadPlace = {
  readonly path: string;
  readonly delimiter: string;
  readonly signal: AbortSignal;
  /** The column whose keys are summed up. */
  readonly keyName?: string | undefined;
};

/** Takes a result set off the wire into a file of its own, and proves as it goes that it is sound. */
export class ResultSetDownload {
  readonly #name: ResultSetName;
  readonly #delimiter: string;
  readonly #signal: AbortSignal;
  readonly #keyName: string | undefined;
  readonly #spool: PageSpool;
  /** Length of the last body that was whole but for the end of its last row. */
  #unendedBytes: number | undefined;

  private constructor(name: ResultSetName, { path, delimiter, signal, keyName }: DownloadPlace) {
    this.#keyName = keyName;
    this.#name = name;
    this.#delimiter = delimiter;
    this.#signal = signal;
    this.#spool = new PageSpool(path);
  }

  /** Removes what a run that was killed may have left behind. */
  static async begin(name: ResultSetName, place: DownloadPlace): Promise<ResultSetDownload> {
    await rm(place.path, { force: true });
    return new ResultSetDownload(name, place);
  }

  /**
   * Takes one body, from its start; what an earlier try has brought is forgotten.
   * @throws IncompleteResultError @throws ResultFormatError
   */
  async take(body: AsyncIterable<Buffer>): Promise<ResultSet> {
    await this.#spool.clear();
    const { head, chunks } = await peek(this.#keep(body), idCell.length + 1);
    const delimiter = delimiterAfterId(head) ?? this.#delimiter;
    const reader = new RecordReader(chunks, delimiter);
    let header: readonly string[] = [];
    let columns = 0;
    await reader.read(1, (record) => {
      header = recordTexts(record);
      columns = record.count;
    });
    this.#requireHeader(header, reader.endedWithNewline);
    const headerBytes = reader.offset;
    const keySum = keySumIn(header, this.#keyName);
    const countsCreated = this.#name === 'success';
    let created = 0;
    const rows = await reader.read(Infinity, (record) => {
      if (record.count !== columns) throw this.#wrongWidth(record.count, columns);
      keySum?.add(record);
      if (countsCreated && record.bytes[contentStart(record, createdCell)] === trueStart) created += 1;
    });
    if (rows > 0 && !reader.endedWithNewline) this.#requireSameEnd(reader.offset);
    return {
      name: this.#name,
      rows,
      created,
      keySum: rows === 0 ? noKeys : keySum?.take(),
      delimiter,
      header,
      headerBytes,
      endsWithNewline: reader.endedWithNewline,
      read: () => this.#spool.read(),
      dispose: () => this.dispose(),
    };
  }

  async dispose(): Promise<void> {
    await this.#spool.dispose();
  }

  async *#keep(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      this.#signal.throwIfAborted();
      await this.#spool.write(chunk);
      yield chunk;
    }
  }

  /** A body without a byte has no rows; whether that can be is for the job's figures to say. */
  #requireHeader(header: readonly string[], isEnded: boolean): void {
    const { serviceColumns } = resultSets[this.#name];
    if (header.length === 0 || serviceColumns.every((column, index) => header[index] === column)) return;
    if (!isEnded) throw new IncompleteResultError('It ends in its header.');
    throw new ResultFormatError(
      `Its first columns are ${header.slice(0, 2).join(', ')}, not ${serviceColumns.join(', ')}.`,
    );
  }

  /**
   * The service ends every row of the first two sets with a line ending, so that a last row without one has been
   * cut. Unprocessed rows come as they were uploaded; there, two downloads of the same length are believed.
   */
  #requireSameEnd(bytes: number): void {
    const isSame = this.#unendedBytes === bytes;
    this.#unendedBytes = bytes;
    if (this.#name !== 'unprocessed' || !isSame) throw new IncompleteResultError('Its last row has no end.');
  }

  /** A body cut between two cells ends in such a record; nothing else makes one. */
  #wrongWidth(cells: number, columns: number): IncompleteResultError {
    return new IncompleteResultError(`A row has ${cells} cells where the header has ${columns}.`);
  }
}
