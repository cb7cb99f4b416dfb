import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { eachChunk } from '../../../src/lib/api/each-chunk.js';

const chunks = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text));

test('each chunk is given in order, and the next one waits for it', async () => {
  const log: string[] = [];
  await eachChunk(Readable.from(chunks), (chunk) => {
    log.push(`${chunk.toString()} begins`);
    if (chunk.toString() === 'c') return undefined;
    return sleep(2).then(() => void log.push(`${chunk.toString()} ends`));
  });
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'd begins', 'd ends']);
});

test('the last chunk is waited for, and so is one that is being taken when the body breaks', async () => {
  for (const breaks of [false, true]) {
    let isTaken = false;
    const body = Readable.from(brokenAfter(chunks.slice(0, 1), breaks));
    const given = eachChunk(body, () => sleep(5).then(() => void (isTaken = true)));
    await (breaks ? expect(given).rejects.toThrow('broken') : given);
    expect(isTaken).toBe(true);
  }
});

test.each([
  ['at once', () => fail()],
  ['after a while', () => sleep(1).then(fail)],
])('a taker that fails %s is given nothing more, and its error is told', async (_, failing) => {
  const taken: string[] = [];
  const given = eachChunk(Readable.from(chunks), (chunk) => {
    taken.push(chunk.toString());
    return chunk.toString() === 'b' ? failing() : undefined;
  });
  await expect(given).rejects.toThrow('disk full');
  await sleep(2);
  expect(taken).toEqual(['a', 'b']);
});

test('a body that is destroyed does not keep anybody waiting', async () => {
  const body = new PassThrough();
  const given = eachChunk(body, () => undefined);
  body.write('a');
  body.destroy();
  await expect(given).rejects.toThrow('The answer ended before its body did.');
});

async function* brokenAfter(pieces: readonly Buffer[], breaks: boolean): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece);
  if (breaks) throw new Error('broken');
}

function fail(): never {
  throw new Error('disk full');
}
