import { rm } from 'node:fs/promises';
import { delimiterCharacters } from '../../api/types.js';
import { serviceLimits } from '../../csv/limits.js';
import { chooseLineEnding } from '../../csv/line-endings.js';
import { PartedWriter } from '../../csv/parted-writer.js';
import type { RecordTokenizer } from '../../csv/record-tokenizer.js';
import type { CsvHead, CsvScan } from '../../csv/scan.js';
import type { SourceFile } from '../../run/record.js';
import type { KeySum } from '../keys/key-sum.js';
import { chooseForm, type SendableSource, type SendForm } from './form.js';
import { RowNumbers, withLeftOut } from './left-out.js';
import type { ColumnPlan } from './columns.js';
import type { InvalidRows } from '../check/invalid-rows.js';
import { sourceFile } from './stage.js';
import { CopyWriter } from './write-copy.js';

export type CopyRequest = {
  readonly source: SourceFile;
  readonly head: CsvHead;
  readonly columns: ColumnPlan;
  readonly emptyAsNull: boolean;
  /** Of the load, where it is known; else one is assumed. */
  readonly form: SendForm | undefined;
  readonly keySum: KeySum | undefined;
  readonly invalid: InvalidRows | undefined;
  readonly path: string;
  readonly maxPartBytes: number;
  readonly maxPartRows: number;
  readonly signal: AbortSignal | undefined;
};

/** A source as it is sent, and the form that this is. */
export type EarlyCopy = SendableSource & { readonly form: SendForm };

/**
 * Writes what is sent of a source while the source is checked, so that it is read once, and its values are converted once.
 * It assumes of the rest of the source what its beginning is like. Where that turns out wrong, there is no copy, and
 * `inForm` makes one as a second pass.
 */
export class CopyWhileChecking {
  readonly #request: CopyRequest;
  readonly #form: SendForm;
  readonly #writer: PartedWriter;
  readonly #file: CopyWriter;
  readonly #leftOut = new RowNumbers();
  /** Rows of more bytes than this are looked at by `inForm`: they may be too long once they are written anew. */
  readonly #mostBytes: number;
  #row = 0;
  #isInVain: boolean;
  #inWriting: readonly Buffer[] = [];

  constructor(request: CopyRequest) {
    const { head, columns, path, source, signal, keySum, emptyAsNull } = request;
    const names = columns.sent.map(({ name }) => name);
    this.#request = request;
    this.#form = request.form ?? chooseForm(head, names, head.dialect.lineEnding);
    this.#file = new CopyWriter({ path, name: source.name, signal });
    const { maxPartBytes, maxPartRows } = request;
    this.#mostBytes = Math.min(serviceLimits.fieldCharacters, maxPartBytes);
    this.#isInVain = names.join().length > serviceLimits.headerCharacters / 2;
    const form = {
      fromDelimiter: head.dialect.delimiter,
      delimiter: delimiterCharacters[this.#form.delimiter],
      lineEnding: this.#form.lineEnding,
      sources: columns.sent,
      emptyAsNull,
      rewriteQuotedLineEndings: false,
    };
    this.#writer = new PartedWriter({ ...form, maxPartBytes, maxPartRows, sum: keySum }, names);
  }

  /** Takes a row that was checked. */
  readonly visit = (record: RecordTokenizer, row: number): void => {
    if (this.#isInVain) return;
    const { quotedLf, quotedCrlf } = record;
    const foreign = this.#form.lineEnding === 'LF' ? quotedCrlf : quotedLf;
    const isInvalid = (this.#request.invalid?.count ?? 0) > 0;
    if (foreign > 0 || isInvalid) {
      this.#isInVain = true;
      return;
    }
    while (++this.#row < row) this.#leftOut.add(this.#row);
    if (this.#writer.write(record) > this.#mostBytes) this.#isInVain = true;
  };

  /** Has what was gathered written. @throws InputError the disk has no room for it */
  async pause(): Promise<void> {
    const chunks = this.#writer.take();
    if (chunks.length === 0 || this.#isInVain) return;
    await this.#file.write(chunks);
    this.#writer.reuse(this.#inWriting);
    this.#inWriting = chunks;
  }

  /** @param scan of the whole source. @returns undefined where something was not as assumed */
  async end(scan: CsvScan): Promise<EarlyCopy | undefined> {
    const { path, source, invalid, form } = this.#request;
    const isForm =
      form !== undefined || chooseLineEnding(scan.lineEndings).lineEnding === this.#form.lineEnding;
    if (this.#isInVain || !isForm || (invalid?.count ?? 0) > 0) {
      await this.close();
      await rm(path, { force: true });
      return undefined;
    }
    const { chunks, parts } = this.#writer.finish();
    await this.#file.write(chunks);
    await this.#file.end();
    const spool = await withLeftOut(await sourceFile(path, source.name, true), this.#leftOut);
    return { source: spool, segments: parts, form: this.#form };
  }

  /** Leaves what there is. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
