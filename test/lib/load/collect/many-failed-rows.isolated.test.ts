import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readdir, readFile } from 'node:fs/promises';
import { collected, orgWith, requestIn, sourceOf, temporaryFolder } from './support.ts';

it('places 200,000 failed rows within seconds and a few bytes each', async () => {
  const count = 200_000;
  const rows = Array.from({ length: count }, (_, index) => `Account ${index},${index * 37}`);
  const returned = rows.map((_, index) => {
    const number = (index * 7919) % count;
    return `"","UNABLE_TO_LOCK_ROW:unable to obtain exclusive access: 001${number}:--","Account ${number}","${number * 37}.0"\n`;
  });
  const source = sourceOf(`Name,Phone\n${rows.join('\n')}\n`);
  const { fetch } = orgWith({
    '750A': { failedResults: `"sf__Id","sf__Error",Name,Phone\n${returned.join('')}` },
  });
  const job = { jobId: '750A', processed: count, failed: count, rowsSent: count, source };

  const buffersBefore = await heldBufferBytes();
  let buffers = 0;
  const onJobCollected = async () => {
    buffers = (await heldBufferBytes()) - buffersBefore;
  };
  const folder = await temporaryFolder();
  const request = requestIn(folder, { fetch, jobs: [job], onJobCollected });
  const before = process.cpuUsage();
  const { errors, paths } = await collected(request);

  // Of the processor: a busy machine takes longer, and says nothing about it.
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(10e6);
  expect(buffers).toBeLessThan(60e6);
  expect(await readdir(folder)).toHaveLength(3);
  expect(source.scans).toBe(1);
  expect(errors).toMatchObject([{ code: 'UNABLE_TO_LOCK_ROW', count, transient: true }]);
  const lines = (await readFile(paths.failed, 'utf8')).split('\n');
  expect(lines).toHaveLength(count + 2);
  for (const line of [lines[1]!, lines[77_777]!, lines[count]!]) {
    const [, , , row, name] = line.split(',');
    expect(name).toBe(`"Account ${Number(row) - 1}"`);
  }
});

/** What is still held: without collections first, chunks that were read and forgotten would count. */
async function heldBufferBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Their memory is freed beside the main thread, and what it held only the next time.
  for (let times = 0; times < 3; times++) {
    collect();
    await sleep(20);
  }
  return process.memoryUsage().arrayBuffers;
}
