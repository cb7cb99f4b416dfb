import type { Writable } from 'node:stream';
import type { OpenSink, ShowTable } from './sink.js';
import { openStream } from '../../files/write-output.js';
import { placeOf } from './place.js';
import { openFileSink } from './file-sink.js';
import { openFolderSink } from './folder-sink.js';
import { endingSink, openStreamSink } from './stream-sink.js';
import { openTableSink } from './table-sink.js';

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
