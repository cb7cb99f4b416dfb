import { expect, it } from 'vitest';
import { peek } from '../../../src/lib/csv/peek.js';
import { chunksOf } from '../load/collect/support.ts';

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.toString();
  return text;
}

it.each([1, 4, 100])(
  'looks at the beginning and loses nothing, in chunks of %i bytes',
  async (chunkBytes) => {
    const { head, chunks } = await peek(chunksOf('abcdefghij', chunkBytes), 6);
    expect(head.toString().startsWith('abcdef')).toBe(true);
    expect(await textOf(chunks)).toBe('abcdefghij');
  },
);

it('makes do with a stream that is shorter', async () => {
  const { head, chunks } = await peek(chunksOf('abc', 2), 6);
  expect(head.toString()).toBe('abc');
  expect(await textOf(chunks)).toBe('abc');
});
