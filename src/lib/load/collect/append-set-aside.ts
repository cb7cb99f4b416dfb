import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CsvPage } from '../../csv/page.js';
import type { SetAside } from '../../run/record.js';
import { openGathered } from './result-files.js';

/**
 * Puts the rows of a load that were not sent behind those that the org has refused.
 * @param bytes of the file of failed records, up to where it counts; what is behind them is replaced, so that this can be
 *   repeated
 */
export async function appendSetAside({ path }: SetAside, failed: string, bytes: number): Promise<void> {
  const file = await openGathered(failed, bytes);
  try {
    const page = new CsvPage({ skipHeader: file.offset > 0 });
    for await (const chunk of createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      const lines = page.push(chunk);
      if (lines !== undefined) await file.write(lines);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where a file ends; 0 where it is not there. */
export async function endOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
