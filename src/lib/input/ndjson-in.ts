import { maxJsonRecordBytes, recordError } from './input-record.js';
import { readJsonRecord, type ReadRecord } from './unreadable-record.js';

const LF = 0x0a;
const utf8Bom = Buffer.from([0xef, 0xbb, 0xbf]);

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/**
 * Reads one JSON object per line from UTF-8 bytes; blank lines are skipped. Memory is bounded by the longest line
 * and the chunks' size. Throws InputError, with the record's number and line, for one that is too long.
 */
export async function* readNdjson(chunks: Chunks, file: string): AsyncGenerator<ReadRecord, void, undefined> {
  let row = 0;
  let line = 0;
  for await (const bytes of readLines(chunks, file)) {
    line++;
    const content = line === 1 ? withoutBom(bytes) : bytes;
    if (isBlank(content)) continue;
    yield readJsonRecord(content, { file, row: ++row, line });
  }
}

async function* readLines(chunks: Chunks, file: string): AsyncGenerator<Buffer, void, undefined> {
  let line = 1;
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      yield Buffer.concat([...pieces, chunk.subarray(from, end)]);
      line++;
      pieces = [];
      pieceBytes = 0;
      from = end + 1;
    }
    pieces.push(Buffer.from(chunk.subarray(from)));
    pieceBytes += chunk.length - from;
    if (pieceBytes > maxJsonRecordBytes) {
      throw recordError('JSON', `is longer than ${maxJsonRecordBytes} bytes.`, { file, row: line, line });
    }
  }
  yield Buffer.concat(pieces);
}

function withoutBom(bytes: Buffer): Buffer {
  return bytes.subarray(0, utf8Bom.length).equals(utf8Bom) ? bytes.subarray(utf8Bom.length) : bytes;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
