import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.js';
import { checkedEarly } from '../../../../src/lib/load/plan/check-early.js';
import { failureOf } from '../../../support/failure-of.ts';

const megabyte = 1024 * 1024;

/** A row of 100 bytes over and over, and how much of it was asked for. */
function endlessCsv(header: string, row = `${'x'.repeat(98)},1\n`) {
  const rows = Buffer.from(row.repeat(Math.ceil(megabyte / row.length)));
  const read = { bytes: 0 };
  function* csv(): Generator<Buffer> {
    yield Buffer.from(header);
    for (;;) {
      read.bytes += rows.length;
      yield rows;
    }
  }
  return { csv: Readable.from(csv()), read };
}

async function problemsOf(
  csv: AsyncIterable<Buffer>,
  checkColumns: (columns: readonly string[]) => Promise<unknown> = async () => Promise.resolve(),
): Promise<InputError> {
  const checked = checkedEarly(csv, { name: 'a.csv', reading: {}, checkColumns });
  return failureOf<InputError>(Readable.from(checked).forEach(() => undefined));
}

test('passes on what it is given, byte for byte', async () => {
  const chunks = ['\uFEFFName,Si', 'te\r\n"a\r\n', 'b",1\r\n\r\nc', ',2'].map((text) => Buffer.from(text));
  const passed: Buffer[] = [];
  const check = { name: 'a.csv', reading: {}, checkColumns: async () => Promise.resolve() };
  for await (const chunk of checkedEarly(Readable.from(chunks), check)) passed.push(Buffer.from(chunk));
  expect(Buffer.concat(passed).toString()).toBe(Buffer.concat(chunks).toString());
});

test('a header that is refused ends a stream that would never end', async () => {
  const { csv, read } = endlessCsv('Name,Site\n');
  const columns: string[][] = [];
  const failure = await problemsOf(csv, async (names) => {
    columns.push([...names]);
    return Promise.reject(new InputError([{ code: 'UNKNOWN_COLUMN', message: 'No.' }]));
  });
  expect(failure.problems).toEqual([expect.objectContaining({ code: 'UNKNOWN_COLUMN' })]);
  expect(columns).toEqual([['Name', 'Site']]);
  expect(read.bytes).toBeLessThan(4 * megabyte);
});

test('a row that is wrong ends it soon after', async () => {
  const { csv, read } = endlessCsv('Name,Site\nonly one\n');
  const failure = await problemsOf(csv);
  expect(failure.problems).toEqual([expect.objectContaining({ code: 'COLUMN_COUNT', row: 1 })]);
  expect(read.bytes).toBeLessThan(80 * megabyte);
});

test('many wrong rows end it at once', async () => {
  const { csv, read } = endlessCsv('Name,Site\n', 'only one\n');
  expect((await problemsOf(csv)).problems).toHaveLength(20);
  expect(read.bytes).toBeLessThan(4 * megabyte);
});

test('a quote that never closes does not fill the memory', async () => {
  const { csv, read } = endlessCsv('Name,Site\n"', 'x'.repeat(100));
  expect((await problemsOf(csv)).problems).toHaveLength(1);
  expect(read.bytes).toBeLessThan(8 * megabyte);
});
