import fc from 'fast-check';
import { encodeLine } from '../../src/lib/run/line.js';
import { journalVersion, type JournalRecord } from '../../src/lib/run/record.js';
import { anyText } from './any-text.ts';

const jobId = fc.stringMatching(/^750[A-Za-z0-9]{12}AAA$/);
const part = fc.nat(50);

/** Any record of the middle of a load: no first line, which carries the plan. */
export const stepRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({ type: fc.constant('create'), part }),
  fc.record({
    type: fc.constantFrom('created', 'upload', 'uploaded', 'close', 'closed'),
    part,
    jobId,
  }),
  fc.record({ type: fc.constant('abandoned'), part, jobId, reason: anyText }),
  fc.record({ type: fc.constant('collected'), jobId, progress: fc.jsonValue() }),
  fc.record({ type: fc.constant('done'), at: anyText, summary: fc.jsonValue() }),
);

/** The first line of an export's journal. */
export function exportRecord(version = journalVersion): Extract<JournalRecord, { type: 'export' }> {
  return {
    type: 'export',
    version,
    at: '2026-01-01T00:00:00.000Z',
    org: { instanceUrl: 'https://org.example', apiVersion: '60.0' },
    plan: {
      operation: 'query',
      soql: "SELECT Id FROM Account WHERE Name = 'Müller \u{1F600}'",
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
      format: 'csv',
      typed: false,
      concurrency: 4,
    },
  };
}

export function createdRecord(jobId: string, part = 0): JournalRecord {
  return { type: 'created', part, jobId };
}

/** The text of a journal that one process wrote. */
export function journalText(records: readonly JournalRecord[], by = 'owner'): string {
  return records.map((record, index) => encodeLine(record, { n: index + 1, by })).join('');
}
