import { PartFile } from '../../files/part-file.js';
import { isResumable, type ResultFormat } from '../../formats/result-writer.js';
import { writingTo } from '../errors.js';
import type { RecordSink, SinkStart } from '../sink.js';
import { outputBytes } from './output-bytes.js';

/** Writes records to a file that appears when it is complete. */
export async function openFileSink(start: SinkStart, path: string): Promise<RecordSink> {
  const bytes = await outputBytes(start);
  const offset = isResumable(start.plan.format as ResultFormat) ? start.offset : 0;
  const file = await writingTo(path, () => PartFile.open(path, offset));
  return {
    async page(data) {
      for await (const chunk of bytes.page(data)) await writingTo(path, () => file.write(chunk));
      await writingTo(path, () => file.flush());
      return file.offset;
    },
    async sync() {
      await writingTo(path, () => file.sync());
    },
    async finish() {
      for await (const chunk of bytes.end(file.offset === 0)) await writingTo(path, () => file.write(chunk));
      await writingTo(path, () => file.commit());
    },
    abandon: () => file.close(),
  };
}
