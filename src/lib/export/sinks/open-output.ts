import type { Writable } from 'node:stream';
import type { OpenSink, ShowTable, RecordSink, SinkStart } from './sink.js';
import { openStream } from '../../files/text-file.js';
import { placeOf } from './place.js';
import { openFileSink } from './file-sink.js';
import { openFolderSink } from './folder-sink.js';
import { endingSink, openStreamSink } from './stream-sink.js';
import { TableCollector } from '../../output/table.js';

/** What takes records that go to no file. */
export type Outputs = {
  /** Takes the records of exports that name neither a file nor a folder. */
  readonly stream: Writable;
  readonly showTable: ShowTable;
};

/** Opens the output that a plan names. */
export function openOutput({ stream, showTable }: Outputs): OpenSink {
  return async (start) => {
    const { format } = start.plan;
    const place = placeOf(start.plan);
    if (place?.kind === 'folder') return openFolderSink(start, place);
    if (place?.kind === 'file') return openFileSink(start, place);
    if (place?.kind === 'stream') return endingSink(start, openStream(place));
    if (format === 'human') return openTableSink(start, showTable);
    return openStreamSink(start, stream);
  };
}

/** Keeps the first 200 records to be shown, and counts the others. */
function openTableSink({ columns, plan }: SinkStart, show: ShowTable): RecordSink {
  const collector = new TableCollector({ columns, delimiter: plan.columnDelimiter });
  return {
    async page(data) {
      for await (const chunk of data) collector.push(chunk);
      collector.endPage();
      return 0;
    },
    finish: async () => show(collector.table()),
    abandon: () => Promise.resolve(),
  };
}
