import { expect, it } from 'vitest';
import { recordTexts } from '../../../src/lib/csv/cells.js';
import {
  IncompleteResultError,
  ResultFormatError,
  RecordReader,
  peek,
} from '../../../src/lib/csv/record-reader.js';
import { chunksOf } from '../load/collect/support.ts';

const csv = 'Id,Name\r\n1,"a\nb"\n\n"2","say ""hi"""\n3,é';

it.each([1, 2, 3, 5, 7, 64])('reads the same records in chunks of %i bytes', async (chunkBytes) => {
  const reader = new RecordReader(chunksOf(csv, chunkBytes), ',');
  const records: string[][] = [];
  expect(await reader.read(Infinity, (record) => void records.push(recordTexts(record)))).toBe(4);
  expect(records).toEqual([
    ['Id', 'Name'],
    ['1', 'a\nb'],
    ['2', 'say "hi"'],
    ['3', 'é'],
  ]);
  expect(reader.offset).toBe(Buffer.byteLength(csv));
  expect(reader.endedWithNewline).toBe(false);
});

it('stops where it is told to and goes on from there', async () => {
  const reader = new RecordReader(chunksOf(csv, 4), ',');
  const first: string[] = [];
  expect(await reader.read(1, (record) => first.push(...recordTexts(record)))).toBe(1);
  expect(first).toEqual(['Id', 'Name']);
  expect(reader.offset).toBe(9);
  expect(reader.endedWithNewline).toBe(true);
  expect(await reader.read(2, () => undefined)).toBe(2);
  expect(await reader.read(5, () => undefined)).toBe(1);
  expect(await reader.read(5, () => undefined)).toBe(0);
});

it('refuses a stream that ends inside a quoted value', async () => {
  const reader = new RecordReader(chunksOf('a,"b'), ',');
  await expect(reader.read(Infinity, () => undefined)).rejects.toThrow(IncompleteResultError);
});

it('refuses what is not CSV', async () => {
  const reader = new RecordReader(chunksOf('a,b"c"\n'), ',');
  await expect(reader.read(Infinity, () => undefined)).rejects.toThrow(ResultFormatError);
});

it('gives the stream back when a visitor fails', async () => {
  let isClosed = false;
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield* chunksOf(csv, 4);
    } finally {
      isClosed = true;
    }
  }
  const reader = new RecordReader(chunks(), ',');
  const failing = reader.read(Infinity, () => {
    throw new Error('enough');
  });
  await expect(failing).rejects.toThrow('enough');
  expect(isClosed).toBe(true);
});

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
