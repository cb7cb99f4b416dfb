import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JournalDamagedError, JournalVersionError } from '../../../src/lib/run/errors.js';
import { decodeLines, encodeLine } from '../../../src/lib/run/line.js';
import { journalVersion } from '../../../src/lib/run/record.js';
import { createdRecord, exportRecord, stepRecord } from '../../support/journal-records.ts';

const records = [exportRecord(), { type: 'create', part: 0 } as const, createdRecord('750000000000001AAA')];
const lines = records.map(encodeLine);
const whole = Buffer.from(lines.join(''));
const lastLineStart = whole.length - Buffer.byteLength(lines.at(-1)!);

test('any records are read back as they were, whatever text is in them', () => {
  fc.assert(
    fc.property(fc.array(stepRecord), (written) => {
      const text = written.map(encodeLine).join('');
      const read = decodeLines(text, 'j');
      expect(read.records).toEqual(JSON.parse(JSON.stringify(written)));
      expect(read.wholeBytes).toBe(Buffer.byteLength(text));
    }),
  );
});

test('a record is one line, even with line endings in it', () => {
  const line = encodeLine({ type: 'abandoned', part: 0, jobId: '750', reason: 'a\r\nb' });
  expect(line.match(/[\n\r]/g)).toEqual(['\n']);
  expect(line).toMatch(/^[0-9a-f]{8} \{.*\}\n$/);
});

test('a last line that was cut anywhere is dropped, and only that', () => {
  for (let length = lastLineStart; length < whole.length; length += 1) {
    const read = decodeLines(whole.subarray(0, length).toString(), 'j');
    expect(read.records).toEqual(records.slice(0, -1));
    expect(read.wholeBytes).toBe(lastLineStart);
  }
});

test.each([1, 0x20, 0x80, 0xff])('a damaged byte anywhere stops the reading (bits %i)', (bits) => {
  for (let index = 0; index < whole.length; index += 1) {
    const damaged = Buffer.from(whole);
    damaged[index]! ^= bits;
    expect(() => decodeLines(damaged.toString(), 'j'), `byte ${index}`).toThrow(JournalDamagedError);
  }
});

test('a line that is missing its middle, or is swapped into another, stops the reading', () => {
  const text = whole.toString();
  expect(() => decodeLines(text.replace('jobId', ''), 'j')).toThrow('j, line 3');
  expect(() => decodeLines(lines.join('\n'), 'j')).toThrow(JournalDamagedError);
  expect(() => decodeLines(text.replaceAll('\n', '\r\n'), 'j')).toThrow(JournalDamagedError);
});

test('a torn tail of zeros, as a power cut may leave, is dropped', () => {
  const read = decodeLines(`${whole.toString()}${'\0'.repeat(512)}`, 'j');
  expect(read.records).toEqual(records);
  expect(read.wholeBytes).toBe(whole.length);
});

test('a journal of a newer version is refused by name', () => {
  const newer = encodeLine(exportRecord(journalVersion + 1));
  expect(() => decodeLines(newer, 'j')).toThrow(JournalVersionError);
  expect(decodeLines(encodeLine(exportRecord(journalVersion)), 'j').records).toHaveLength(1);
});

test('an empty journal is no damage', () => {
  expect(decodeLines('', 'j')).toEqual({ records: [], wholeBytes: 0 });
});

test.each(['../../x', '', '750000000000001AA'])(
  'a record with %j for a job id stops the reading',
  (jobId) => {
    expect(() => decodeLines(encodeLine(createdRecord(jobId)), 'j')).toThrow(JournalDamagedError);
  },
);
