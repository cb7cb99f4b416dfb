import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLine, encodeLine } from '../../../src/lib/run/line.js';
import { createdRecord, stepRecord } from '../../support/journal-records.ts';

const stamp = fc.option(fc.record({ n: fc.integer({ min: 1 }), by: fc.uuid() }), { nil: undefined });

test('a record is read back as it was, with its number and owner, whatever text is in it', () => {
  fc.assert(
    fc.property(stepRecord, stamp, (record, stamped) => {
      const line = encodeLine(record, stamped);
      expect(line.endsWith('\n')).toBe(true);
      expect(decodeLine(line.slice(0, -1))).toEqual({
        stamp: stamped,
        record: JSON.parse(JSON.stringify(record)) as unknown,
      });
    }),
  );
});

test('a record is one line, even with line endings in it', () => {
  const line = encodeLine({ type: 'abandoned', part: 0, jobId: '750', reason: 'a\r\nb' });
  expect(line.match(/[\n\r]/g)).toEqual(['\n']);
  expect(line).toMatch(/^[0-9a-f]{8} \{.*\}\n$/);
});

test('a line that was changed anywhere is not read', () => {
  const line = encodeLine(
    { type: 'created', part: 1, jobId: '750000000000001AAA' },
    { n: 2, by: 'owner' },
  ).slice(0, -1);
  for (let index = 0; index < line.length; index += 1) {
    expect(decodeLine(`${line.slice(0, index)}~${line.slice(index + 1)}`)).toBeUndefined();
    expect(decodeLine(line.slice(0, index) + line.slice(index + 1))).toBeUndefined();
  }
});

test.each(['../../x', '', '750000000000001AA'])('a record with %j for a job id is not read', (jobId) => {
  expect(decodeLine(encodeLine(createdRecord(jobId)).slice(0, -1))).toBeUndefined();
});
