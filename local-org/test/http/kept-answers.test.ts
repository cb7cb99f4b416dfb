import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { KeptAnswers } from '../../server/kept-answers.ts';

test('what comes again is made once, and everything else each time', async () => {
  const answers = new KeptAnswers(1_000);
  let made = 0;
  const make = (): AsyncGenerator<Buffer> => {
    made += 1;
    return numbered(3);
  };
  for (const same of ['page 1', 'page 2', 'page 1', undefined, undefined]) {
    expect(await text(answers.chunks(same, make))).toBe('0\n1\n2\n');
  }
  expect(made).toBe(4);
});

test('the oldest make room for what comes', async () => {
  const answers = new KeptAnswers(15);
  const made: string[] = [];
  for (const same of ['a', 'b', 'b', 'c', 'b', 'a']) {
    const make = (): AsyncGenerator<Buffer> => {
      made.push(same);
      return numbered(3);
    };
    await text(answers.chunks(same, make));
  }
  expect(made).toEqual(['a', 'b', 'c', 'a']);
});

test('an answer that nobody has read to its end is not kept', async () => {
  const answers = new KeptAnswers(1_000);
  const begun = answers.chunks('page', () => numbered(1_000_000))[Symbol.asyncIterator]();
  await begun.next();
  await begun.return?.();
  expect(await text(answers.chunks('page', () => numbered(2)))).toBe('0\n1\n');
});

async function* numbered(count: number): AsyncGenerator<Buffer> {
  for (let number = 0; number < count; number += 1) yield await Promise.resolve(Buffer.from(`${number}\n`));
}
