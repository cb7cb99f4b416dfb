import { PartFile } from '../../files/part-file.js';
import { createResultWriter } from '../../formats/create-result-writer.js';
import { isResumable, writePage, type ResultFormat, type ResultWriter } from '../../formats/result-writer.js';
import type { RecordSink, SinkStart } from '../sink.js';

/** Writes records to a file that appears when it is complete. */
export async function openFileSink(start: SinkStart, path: string): Promise<RecordSink> {
  const writer = writerFor(start);
  const format = start.plan.format as ResultFormat;
  const file = await PartFile.open(path, isResumable(format) ? start.offset : 0);
  return {
    async page(data) {
      for await (const bytes of writePage(writer, data)) await file.write(bytes);
      return file.sync();
    },
    async finish() {
      await file.write(writer.end());
      await file.commit();
    },
    abandon: () => file.close(),
  };
}

export function writerFor({ plan, columns, types, hasEarlierRows }: SinkStart): ResultWriter {
  return createResultWriter(plan.format as ResultFormat, {
    columns,
    delimiter: plan.columnDelimiter,
    lineEnding: plan.lineEnding,
    ...(types === undefined ? {} : { types }),
    hasEarlierRows,
  });
}
