import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerTooLargeError } from '../../../src/lib/api/errors.js';
import { readJson, readNothing, readStart, readText } from '../../../src/lib/api/port.js';

const megabyte = 1024 * 1024;

/** A body without an end, and how much of it was taken. */
function endless(piece = Buffer.alloc(megabyte, ' ')) {
  let taken = 0;
  function* pieces() {
    for (;;) {
      taken += piece.length;
      yield piece;
    }
  }
  return { response: { status: 200, headers: {}, body: Readable.from(pieces()) }, taken: () => taken };
}

function answer(text: string) {
  return { status: 200, headers: {}, body: Readable.from([Buffer.from(text)]) };
}

test.each([
  ['text', readText],
  ['JSON', readJson],
])('of %s no more than 16 MB are read', async (_, read) => {
  const { response, taken } = endless();
  await expect(read(response)).rejects.toThrow(AnswerTooLargeError);
  expect(taken()).toBeLessThan(24 * megabyte);
  expect(response.body.destroyed).toBe(true);
});

test.each([
  ['the start of a text', readStart, 64 * 1024],
  ['what nobody reads', readNothing, undefined],
])('of %s no more than 64 KB are read', async (_, read, length) => {
  const { response, taken } = endless(Buffer.alloc(1000, 'x'));
  expect((await read(response))?.length).toBe(length);
  expect(taken()).toBeLessThan(200_000);
  expect(response.body.destroyed).toBe(true);
});

test('JSON of a million empty lists is refused, and takes no memory', async () => {
  await expect(readJson(answer(`[${'[],'.repeat(1_000_000)}[]]`))).rejects.toThrow('a million values');
});

test('commas and brackets in texts are no values', async () => {
  const text = '[{,"\\'.repeat(1_000_000);
  expect(await readJson(answer(JSON.stringify([text])))).toEqual([text]);
});

test('any small JSON is read as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      expect(await readJson(answer(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
