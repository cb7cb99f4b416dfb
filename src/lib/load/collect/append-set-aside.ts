import { createReadStream } from 'node:fs';
import type { SetAside } from '../../run/record.js';
import { appendLines, writeGathered } from './result-files.js';

/**
 * Puts the rows of a load that were not sent behind those that the org has refused.
 * @param bytes of the file of failed records, up to where it counts; what is behind them is replaced, so that this can be
 *   repeated
 */
export async function appendSetAside({ path }: SetAside, failed: string, bytes: number): Promise<void> {
  await writeGathered(failed, bytes, async (file) => {
    const rows = createReadStream(path, { highWaterMark: 256 * 1024 });
    await appendLines(file, rows as AsyncIterable<Buffer>);
  });
}
