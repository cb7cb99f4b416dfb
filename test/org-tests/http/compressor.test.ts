import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Compressor } from '../../org/server/compressor.ts';

test('what comes again is compressed once, and everything else each time', async () => {
  const compressor = new Compressor();
  let made = 0;
  const answer = async (same: string | undefined): Promise<string> => {
    const chunks = (async function* () {
      made += 1;
      yield await Promise.resolve(Buffer.from('some '));
      yield Buffer.from('rows');
    })();
    return gunzipSync(await buffer(compressor.gzip(chunks, same))).toString();
  };
  for (const same of ['page 1', 'page 2', 'page 1', undefined, undefined]) {
    expect(await answer(same)).toBe('some rows');
  }
  expect(made).toBe(4);
});

test('an answer that nobody has read to its end is not kept', async () => {
  const compressor = new Compressor();
  const begun = compressor.gzip(numbered(1_000_000), 'page')[Symbol.asyncIterator]();
  await begun.next();
  await begun.return?.();
  const whole = gunzipSync(await buffer(compressor.gzip(numbered(10), 'page'))).toString();
  expect(whole).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
});

async function* numbered(count: number): AsyncGenerator<Buffer> {
  for (let number = 0; number < count; number += 1) yield await Promise.resolve(Buffer.from(`${number}\n`));
}
