import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockLines, logLine, type LineStyle } from '../../../src/cli/progress/lines.js';
import type { ProgressTotals, Stage, Unit } from '../../../src/cli/progress/progress.js';

const uploading: ProgressTotals = {
  stage: 'uploading',
  unit: 'bytes',
  bytes: { done: 52_400_000, total: 86_000_000 },
  rows: { done: 186_000, total: 600_000 },
  failedRows: 12,
  jobs: {
    done: 3,
    total: 9,
    created: 6,
    unasked: 0,
    byState: { Open: 2, InProgress: 1, JobComplete: 3 },
  },
  retry: 0,
  elapsedMs: 15_400,
  perSecond: 3_400_000,
  remainingMs: 9_900,
};

function style(columns: number, hasUnicode = true): LineStyle {
  return { columns, hasUnicode, paint: (_, text) => text };
}

describe('the block', () => {
  test('of a wide terminal has all of it', () => {
    expect(blockLines(uploading, style(120))).toEqual([
      'Uploading',
      'Uploaded   ██████████████████░░░░░░░░░░░░  60%  52.4 of 86.0 MB',
      'Processed  █████████░░░░░░░░░░░░░░░░░░░░░  31%  186,000 of 600,000 rows',
      '15 s elapsed · about 10 s to upload · 3.4 MB/s',
      'Jobs: 3 of 9 finished · 1 processing · 2 uploading · 3 to come',
      'Rows failed so far: 12',
    ]);
  });

  test('of 80 columns and a terminal without Unicode is plain ASCII', () => {
    expect(blockLines(uploading, style(80, false))).toEqual([
      'Uploading',
      'Uploaded   ##################------------  60%  52.4 of 86.0 MB',
      'Processed  #########---------------------  31%  186,000 of 600,000 rows',
      '15 s elapsed, about 10 s to upload, 3.4 MB/s',
      'Jobs: 3 of 9 finished, 1 processing, 2 uploading, 3 to come',
      'Rows failed so far: 12',
    ]);
  });

  test('of 40 columns leaves out what matters least, whole', () => {
    expect(blockLines(uploading, style(39))).toEqual([
      'Uploading',
      'Uploaded   █████░░░░  60%  52.4 MB',
      'Processed  ██░░░░░░░  31%  186,000 rows',
      '15 s elapsed · about 10 s to upload',
      'Jobs: 3 of 9 finished · 1 processing',
      'Rows failed so far: 12',
    ]);
  });

  test('tells jobs that the org was not asked for from those that it has in its queue', () => {
    const jobs = { done: 0, total: 8, created: 8, unasked: 6, byState: { InProgress: 1, UploadComplete: 7 } };
    expect(blockLines({ ...uploading, jobs }, style(80))).toContain(
      'Jobs: 0 of 8 finished · 1 processing · 6 uploaded · 1 queued',
    );
  });

  test('of a query that runs says nothing of what is not known', () => {
    const waiting: ProgressTotals = {
      stage: 'waiting',
      unit: 'rows',
      bytes: { done: 0 },
      rows: { done: 0 },
      failedRows: 0,
      jobs: { done: 0, total: 1, created: 1, unasked: 0, byState: { InProgress: 1 } },
      retry: 0,
      elapsedMs: 125_000,
    };
    expect(blockLines(waiting, style(80))).toEqual([
      'The org is running the query',
      '2 min 5 s elapsed',
      'Jobs: 0 of 1 finished · 1 processing',
    ]);
    expect(logLine(waiting)).toBe(
      'The org is running the query; 2 min 5 s elapsed; Jobs: 0 of 1 finished, 1 processing',
    );
  });

  test.each([39, 79])('of %s columns has bars that stay as wide while amounts grow', (columns) => {
    const widths = [0, 999, 950_000, 9_990_000, 86_000_000].map((done) => {
      const totals = { ...uploading, bytes: { done, total: 86_000_000 }, rows: { done: 1, total: 600_000 } };
      return blockLines(totals, style(columns)).map((line) => line.replaceAll(/[^█░]/g, '').length);
    });
    expect(new Set(widths.map(String)).size).toBe(1);
    const [, uploaded = 0, processed] = widths[0] ?? [];
    expect(uploaded).toBeGreaterThan(4);
    expect(processed).toBe(uploaded);
  });

  test('does not say Uploading any more when all bytes are on their way', () => {
    const sent = { ...uploading, bytes: { done: 86_000_000, total: 86_000_000 } };
    expect(blockLines(sent, style(80))[0]).toBe('Waiting for the org to confirm');
  });

  test('says which retry it is about', () => {
    expect(blockLines({ ...uploading, retry: 2 }, style(80))[0]).toBe('Uploading (retry 2)');
  });

  test('has at most six lines, none wider than the terminal', () => {
    fc.assert(
      fc.property(
        anyTotals,
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        (totals, columns, hasUnicode) => {
          const lines = blockLines(totals, style(columns, hasUnicode));
          expect(lines.length).toBeLessThanOrEqual(6);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
          if (!hasUnicode) expect(lines.join('')).toMatch(/^[ -~]*$/);
        },
      ),
    );
  });
});

test('an export has records and bytes, and says nothing of rows', () => {
  const downloading = { ...uploading, stage: 'downloading', unit: 'rows', perSecond: 1_200 } as const;
  const totals = {
    ...downloading,
    rows: { done: 500, total: 1_000 },
    bytes: { done: 61_000 },
    failedRows: 0,
  };
  expect(logLine(totals)).toContain('Downloading: downloaded 50%, 500 of 1,000 records, 61.0 kB; ');
  expect(logLine(totals)).toContain('about 10 s left; 1,200 records/s');
});

test('a log has the same totals on one line', () => {
  expect(logLine(uploading)).toBe(
    'Uploading: uploaded 60%, 52.4 of 86.0 MB; processed 31%, 186,000 of 600,000 rows; 15 s elapsed; ' +
      'about 10 s to upload; 3.4 MB/s; Jobs: 3 of 9 finished, 1 processing, 2 uploading, 3 to come; ' +
      'Rows failed so far: 12',
  );
});

const count = fc.nat({ max: 2_000_000_000 });
const amount = fc.record({ done: count, total: count }, { requiredKeys: ['done'] });
const anyTotals: fc.Arbitrary<ProgressTotals> = fc.record(
  {
    stage: fc.constantFrom<Stage>(
      'checking',
      'uploading',
      'processing',
      'collecting',
      'waiting',
      'downloading',
      'changing',
    ),
    unit: fc.constantFrom<Unit>('bytes', 'rows'),
    bytes: amount,
    rows: amount,
    failedRows: count,
    jobs: fc.record({
      done: count,
      total: count,
      created: count,
      unasked: fc.constant(0),
      byState: fc.dictionary(
        fc.constantFrom('Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted', 'Other'),
        count,
      ),
    }),
    retry: fc.nat({ max: 10 }),
    elapsedMs: count,
    perSecond: fc.double({ min: 0, max: 1e9, noNaN: true }),
    remainingMs: count,
  },
  {
    requiredKeys: ['stage', 'unit', 'bytes', 'rows', 'failedRows', 'jobs', 'retry', 'elapsedMs'],
  },
);
