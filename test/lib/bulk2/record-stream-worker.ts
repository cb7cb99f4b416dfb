import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRows } from '../../../src/lib/csv/read-rows.js';
import { RecordStream } from '../../../src/lib/bulk2/record-stream.js';

const rows = (csv: AsyncIterable<Buffer>) => readRows(csv, ',');

async function* broken(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('"Name"\n"A"\n'));
  throw new Error('the rest is lost');
}

process.once('uncaughtException', ({ message }) => {
  console.log(`ended by: ${message}`);
  process.exit(1);
});
new RecordStream(broken, rows).stream().pipe(new PassThrough()).resume();
await sleep(2_000);
console.log('went on');
