import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { readRows } from '../../../src/lib/csv/read-rows.js';
import { RecordStream, type QueryRecord } from '../../../src/lib/bulk2/record-stream.js';
import { UsageError } from '../../../src/lib/errors.js';
import { nodeTs } from '../../support/node-ts.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const lost = new Error('the rest is lost');

const rows = (csv: AsyncIterable<Buffer>) => readRows(csv, ',');

async function* whole(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('"Name"\n"A"\n"B"\n'));
}

async function* broken(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('"Name"\n"A"\n'));
  throw lost;
}

describe('an error half-way', () => {
  test('is heard on the records', async () => {
    const stream = new RecordStream(broken, rows);
    const error = await new Promise((resolve) => {
      stream.on('error', resolve).on('record', () => undefined);
    });
    expect(error).toBe(lost);
  });

  test('is heard on the records when they are read as CSV, and on the CSV', async () => {
    const stream = new RecordStream(broken, rows);
    const onRecords = new Promise((resolve) => stream.on('error', resolve));
    await expect(stream.stream().toArray()).rejects.toThrow(lost);
    expect(await onRecords).toBe(lost);
  });

  test('is heard by a pipeline to a file, without a listener anywhere', async () => {
    const path = join(await tempFolder(), 'cut.csv');
    const bytes = new RecordStream(broken, rows).stream();
    await expect(pipeline(bytes, createWriteStream(path))).rejects.toThrow(lost);
  });

  test('ends the program when nobody hears of it: a cut file is never taken for whole', async () => {
    const { output } = nodeTs(new URL('record-stream-worker.ts', import.meta.url));
    expect(await output).toBe('ended by: the rest is lost\n');
  });
});

test('a listener of records can be taken away again', async () => {
  const stream = new RecordStream(whole, rows);
  const seen: QueryRecord[] = [];
  const listener = (record: QueryRecord): void => void seen.push(record);
  stream.on('record', listener).off('record', listener);
  stream.on('record', listener).removeListener('record', listener);
  await new Promise((resolve) => stream.once('end', resolve).resume());
  expect(seen).toEqual([]);
});

test('the end is heard on the records when they are read as CSV', async () => {
  const stream = new RecordStream(whole, rows);
  const ended = new Promise((resolve) => stream.once('end', () => resolve('ended')));
  expect(Buffer.concat((await stream.stream().toArray()) as Buffer[]).toString()).toContain('"B"');
  expect(await ended).toBe('ended');
});

test('records that have been read are not told as none', async () => {
  const stream = new RecordStream(whole, rows);
  expect(await stream.toArray()).toHaveLength(2);
  await expect(stream.toArray()).rejects.toThrow(UsageError);
});

test('a listener that throws ends the stream with its error', async () => {
  const stream = new RecordStream(whole, rows);
  const error = await new Promise((resolve) => {
    stream.on('error', resolve).on('record', () => {
      throw lost;
    });
  });
  expect(error).toBe(lost);
  expect(stream.destroyed).toBe(true);
});

describe('destroy()', () => {
  test('ends the CSV too', async () => {
    const stream = new RecordStream(endless, rows).on('error', () => undefined);
    const bytes = stream.stream();
    const ended = new Promise((resolve) =>
      bytes.on('error', resolve).once('data', () => stream.destroy(lost)),
    );
    expect(await ended).toBe(lost);
    expect(bytes.destroyed).toBe(true);
  });

  test.each([
    { given: lost, name: 'Error' },
    { given: undefined, name: 'AbortError' },
  ])('before stream() leaves nothing to read: $name', async ({ given, name }) => {
    const stream = new RecordStream(whole, rows).on('error', () => undefined);
    stream.destroy(given);
    await expect(stream.stream().toArray()).rejects.toMatchObject({ name });
  });

  test('of the CSV ends the records', async () => {
    const stream = new RecordStream(endless, rows);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.stream().once('data', function (this: Readable) {
      this.destroy();
    });
    await closed;
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('"Name"\n'));
  for (;;) yield await Promise.resolve(Buffer.from('"A"\n'));
}
