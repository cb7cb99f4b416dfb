import type { FilePlace } from '../../files/output-place.js';
import { PartFile } from '../../files/part-file.js';
import { isResumable, type ResultFormat } from '../../output/writer.js';
import { writingTo } from './errors.js';
import type { RecordSink, SinkStart } from './sink.js';
import { outputBytes } from './output-bytes.js';

/** Writes records to a partial file, which `publish` gives its name. */
export async function openFileSink(start: SinkStart, place: FilePlace): Promise<RecordSink> {
  const { path } = place;
  const canRewind = isResumable(start.plan.format as ResultFormat);
  const offset = canRewind ? start.offset : 0;
  let bytes = await outputBytes(start);
  let pageOffset = offset;
  const file = await writingTo(path, () => PartFile.open(place, offset));
  const rewind = async (hasEarlierRows: boolean): Promise<void> => {
    await writingTo(path, () => file.rewind(pageOffset));
    bytes = await outputBytes({ ...start, hasEarlierRows });
  };
  return {
    async page(rows) {
      pageOffset = file.offset;
      for await (const chunk of bytes.page(rows)) await writingTo(path, () => file.write(chunk));
      await writingTo(path, () => file.flush());
      return file.offset;
    },
    ...(canRewind ? { rewind } : {}),
    async sync() {
      await writingTo(path, () => file.sync());
    },
    async finish() {
      for await (const chunk of bytes.end(file.offset === 0)) await writingTo(path, () => file.write(chunk));
      await writingTo(path, () => file.complete());
    },
    abandon: () => file.close(),
  };
}
