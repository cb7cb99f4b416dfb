import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JournalDamagedError, JournalVersionError } from '../../../src/lib/run/errors.js';
import { encodeLine, type TakeoverRecord } from '../../../src/lib/run/line.js';
import { journalVersion, type JournalRecord } from '../../../src/lib/run/record.js';
import { replayJournal } from '../../../src/lib/run/replay.js';
import { failureOf } from '../../support/failure-of.ts';
import { createdRecord, exportRecord, journalText, stepRecord } from '../../support/journal-records.ts';

const jobId = '750000000000001AAA';
const records = [exportRecord(), { type: 'create', part: 0 } as const, createdRecord(jobId)];
const whole = Buffer.from(journalText(records));
const lastLineStart = whole.lastIndexOf('\n', whole.length - 2) + 1;

/** What one owner does: what it writes, and what former owners write that do not know of it. */
const sitting = fc.record({
  records: fc.array(stepRecord, { minLength: 1, maxLength: 4 }),
  /** Lines of the owner before, after this one has read the journal and before its first line. */
  unseen: fc.array(stepRecord, { maxLength: 2 }),
  /** Another owner had taken over in between, and was displaced before it wrote a line. */
  hasSilent: fc.boolean(),
  /** Lines of former owners, each behind so many of this one's: who, and what. */
  late: fc.array(fc.record({ behind: fc.nat(4), owner: fc.nat(), record: stepRecord }), { maxLength: 3 }),
});

describe('a journal of several owners', () => {
  test('counts the lines that each wrote while the run was its own, and skips all others', () => {
    fc.assert(
      fc.property(fc.array(sitting, { minLength: 1, maxLength: 5 }), (sittings) => {
        const { lines, counted, skipped } = played(sittings);
        const text = lines.map(({ text: line }) => line).join('');
        expect(replayJournal(text, 'j')).toEqual({
          records: JSON.parse(JSON.stringify(counted)) as unknown,
          lastLine: counted.length + sittings.length - 1,
          skippedLines: skipped,
          wholeBytes: Buffer.byteLength(text),
        });
      }),
    );
  });

  test('is damaged when any line that counts is gone, double, or in the place of its neighbour', () => {
    const anyPlace = fc.record({ sittings: fc.array(sitting, { minLength: 1, maxLength: 4 }), at: fc.nat() });
    fc.assert(
      fc.property(anyPlace, ({ sittings, at }) => {
        const { lines } = played(sittings.map((each) => ({ ...each, unseen: [], late: [] })));
        const texts = lines.map(({ text }) => text);
        const index = at % texts.length;
        const line = texts[index]!;
        const isLast = index === texts.length - 1;
        const without = texts.toSpliced(index, 1);
        if (!isLast) {
          expect(() => replayJournal(without.join(''), 'j')).toThrow(JournalDamagedError);
          const swapped = without.toSpliced(index + 1, 0, line);
          expect(() => replayJournal(swapped.join(''), 'j')).toThrow(JournalDamagedError);
        }
        const doubled = texts.toSpliced(index, 0, line);
        expect(() => replayJournal(doubled.join(''), 'j')).toThrow(JournalDamagedError);
      }),
    );
  });

  test('is damaged by a line of an owner that it knows nothing of', () => {
    const text = whole.toString() + encodeLine({ type: 'create', part: 1 }, { n: 4, by: 'stranger' });
    expect(() => replayJournal(text, 'j')).toThrow('j, line 4, is of an unknown owner');
  });
});

describe('a journal of version 1', () => {
  const old = [exportRecord(1), ...records.slice(1)];
  const oldText = old.map((record) => encodeLine(record)).join('');

  test('is read, and goes on as version 2 behind the takeover by another process', () => {
    expect(replayJournal(oldText, 'j')).toMatchObject({ records: old, lastLine: 3, skippedLines: 0 });
    const goesOn =
      encodeLine(takeover(), { n: 4, by: 'new' }) +
      encodeLine({ type: 'create', part: 7 }, { n: 5, by: 'new' });
    const late = encodeLine({ type: 'create', part: 8 });
    expect(replayJournal(oldText + goesOn + late, 'j')).toMatchObject({
      records: [...old, { type: 'create', part: 7 }],
      lastLine: 5,
      skippedLines: 1,
    });
  });

  test('that goes on as version 2, or began so, has no line without a number', () => {
    const line = encodeLine({ type: 'create', part: 1 });
    expect(() => replayJournal(journalText(records) + line, 'j')).toThrow('j, line 4, has no number');
    expect(() => replayJournal(encodeLine(exportRecord()), 'j')).toThrow('j, line 1, has no number');
  });
});

describe('the bytes of a journal', () => {
  test('a last line that was cut anywhere is dropped, and only that', () => {
    for (let length = lastLineStart; length < whole.length; length += 1) {
      const read = replayJournal(whole.subarray(0, length).toString(), 'j');
      expect(read.records).toEqual(records.slice(0, -1));
      expect(read.wholeBytes).toBe(lastLineStart);
    }
  });

  test.each([1, 0x20, 0x80, 0xff])('a damaged byte anywhere stops the reading (bits %i)', (bits) => {
    for (let index = 0; index < whole.length; index += 1) {
      const damaged = Buffer.from(whole);
      damaged[index]! ^= bits;
      expect(() => replayJournal(damaged.toString(), 'j'), `byte ${index}`).toThrow(JournalDamagedError);
    }
  });

  test('a line that is missing its middle, or is swapped into another, stops the reading', () => {
    const text = whole.toString();
    expect(() => replayJournal(text.replace('jobId', ''), 'j')).toThrow('j, line 3');
    expect(() => replayJournal(text.replaceAll('\n', '\n\n'), 'j')).toThrow(JournalDamagedError);
    expect(() => replayJournal(text.replaceAll('\n', '\r\n'), 'j')).toThrow(JournalDamagedError);
  });

  test('a torn tail of zeros, as a power cut may leave, is dropped', () => {
    const read = replayJournal(`${whole.toString()}${'\0'.repeat(512)}`, 'j');
    expect(read.records).toEqual(records);
    expect(read.wholeBytes).toBe(whole.length);
  });
});

test('damage is told with the job that is known, and what to do', async () => {
  const text = `${whole.toString()}nonsense\n`;
  const error = await failureOf<JournalDamagedError>(new Promise(() => replayJournal(text, '/s/j')));
  expect(error.message).toContain('/s/j, line 4, is damaged');
  expect(error.actions.join()).toContain(`sf bulk2 job results --id ${jobId}`);
  expect(error.actions.join()).toContain('delete the journal: /s/j');
});

test('a journal of a newer version is refused by name, even where its lines are of another kind', () => {
  const newer = journalText([exportRecord(journalVersion + 1)]);
  expect(() => replayJournal(newer, 'j')).toThrow(JournalVersionError);
  expect(() => replayJournal(`${newer}another kind of line\n`, 'j')).toThrow(JournalVersionError);
  const takenOver = encodeLine(takeover({ version: journalVersion + 1 }), { n: 4, by: 'newer' });
  expect(() => replayJournal(whole.toString() + takenOver, 'j')).toThrow(JournalVersionError);
  expect(replayJournal(journalText([exportRecord(journalVersion)]), 'j').records).toHaveLength(1);
});

test('an empty journal is no damage', () => {
  expect(replayJournal('', 'j')).toEqual({ records: [], lastLine: 0, skippedLines: 0, wholeBytes: 0 });
});

type Sitting = {
  readonly records: readonly JournalRecord[];
  readonly unseen: readonly JournalRecord[];
  readonly hasSilent: boolean;
  readonly late: ReadonlyArray<{
    readonly behind: number;
    readonly owner: number;
    readonly record: JournalRecord;
  }>;
};

/** The journal that such owners leave, and which of their records count. */
function played(sittings: readonly Sitting[]) {
  const lines: Array<{ readonly text: string }> = [];
  const counted: JournalRecord[] = [];
  const former: string[] = [];
  let skipped = 0;
  let n = 0;
  const skip = (record: JournalRecord, by: string, number: number): void => {
    skipped += 1;
    lines.push({ text: encodeLine(record, { n: number, by }) });
  };
  for (const [index, { records: own, unseen, hasSilent, late }] of sittings.entries()) {
    const by = `owner-${index}`;
    if (index > 0) {
      const before = `owner-${index - 1}`;
      for (const [at, record] of unseen.entries()) skip(record, before, n + 1 + at);
      const silent = hasSilent ? [`silent-${index}`] : [];
      lines.push({ text: encodeLine(takeover({ displaced: [before, ...silent] }), { n: (n += 1), by }) });
      former.push(before, ...silent);
    }
    for (const [at, record] of own.entries()) {
      lines.push({ text: encodeLine(record, { n: (n += 1), by }) });
      counted.push(record);
      for (const each of late) {
        if (each.behind === at && former.length > 0)
          skip(each.record, former[each.owner % former.length]!, each.owner % 20);
      }
    }
  }
  return { lines, counted, skipped };
}

function takeover(changes: Partial<TakeoverRecord> = {}): TakeoverRecord {
  const now = { at: '2026-01-01T00:00:00.000Z', host: 'h', pid: 1, displaced: [] };
  return { type: 'takeover', version: journalVersion, ...now, ...changes };
}
