import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

export function compressed(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const zip = createGzip({ level: constants.Z_BEST_SPEED });
  pipeline(Readable.from(chunks), zip, () => undefined);
  return zip;
}
