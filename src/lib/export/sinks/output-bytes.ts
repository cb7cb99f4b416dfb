import { createTextWriter } from '../../output/create-text-writer.js';
import { gzip } from '../../input/gzip.js';
import { isResumable, writePage, type ResultFormat, type ResultWriter } from '../../output/writer.js';
import type { SinkStart } from './sink.js';

/** Turns pages of rows into the bytes of one output, compressed where that was asked for. */
export type OutputBytes = {
  page(data: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** @param isEmpty whether nothing came out so far: even nothing has to be a valid file */
  end(isEmpty: boolean): AsyncIterable<Buffer> | Iterable<Buffer>;
};

/** One gzip member per page, so that the output can be cut at the end of any page and continued. */
export async function outputBytes(start: SinkStart): Promise<OutputBytes> {
  const writer = start.writer ?? (await writerFor(start));
  const isCompressed = start.plan.gzip === true;
  return {
    page: (data) => (isCompressed ? gzip(writePage(writer, data)) : writePage(writer, data)),
    end(isEmpty) {
      const tail = writer.end();
      if (tail.length === 0 && !isEmpty) return [];
      return isCompressed ? gzip([tail]) : [tail];
    },
  };
}

async function writerFor({ plan, columns, types, hasEarlierRows }: SinkStart): Promise<ResultWriter> {
  const format = plan.format as ResultFormat;
  const options = {
    columns,
    delimiter: plan.columnDelimiter,
    lineEnding: plan.lineEnding,
    ...(types === undefined ? {} : { types }),
    isNested: plan.nested ?? false,
    bom: plan.bom ?? false,
    plainNumbers: plan.plainNumbers ?? false,
    hasEarlierRows,
  };
  if (isResumable(format)) return createTextWriter(format, options);
  const { createResultWriter } = await import('../../output/create-result-writer.js');
  return createResultWriter(format, options);
}
