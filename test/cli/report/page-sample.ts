import type { ErrorGroup } from '../../../src/lib/load/model/error-groups.js';
import type { ReportPage } from '../../../src/cli/report/page.js';

export const errorGroup = (group: Partial<ErrorGroup> = {}): ErrorGroup => ({
  code: 'STRING_TOO_LONG',
  message: 'Name: data value too large',
  fields: ['Name'],
  count: 2,
  transient: false,
  sample: { message: 'Name: data value too large', file: 'a.csv', row: 7, values: { Name: 'Ada' } },
  ...group,
});

/** A page with something in every part of it. @param of writes each text that comes from outside */
export function samplePage(page: Partial<ReportPage> = {}, of = (text: string): string => text): ReportPage {
  const place = { file: of('a.csv'), row: 7 };
  const sample = {
    message: of('too large: 1'),
    ...place,
    id: of('001'),
    values: { [of('Name')]: of('Ada') },
  };
  const piece = { firstRow: 1, rows: 5, start: 5, end: 90, sha256: of('abc') };
  return {
    operation: 'upsert',
    object: of('Account'),
    externalId: of('Key__c'),
    outcome: 'someFailed',
    org: {
      alias: of('prod'),
      username: of('me@example.com'),
      orgId: of('00D'),
      instanceUrl: of('https://org.example'),
      apiVersion: of('60.0'),
    },
    startedAt: '2026-01-31T08:00:00.000Z',
    endedAt: '2026-01-31T08:03:20.000Z',
    counts: { input: 10, successful: 7, failed: 2, unprocessed: 1, areFinal: true },
    failure: { message: of('It failed.'), actions: [of('Try again.')] },
    problems: [{ code: 'X', message: of('No such field.'), file: of('a.csv'), row: 3, column: of('Nmae') }],
    errors: [errorGroup({ code: of('CODE'), message: of('too large'), fields: [of('Name')], sample })],
    jobs: [
      {
        id: of('750'),
        state: of('Failed'),
        rows: 10,
        bytes: 1_234,
        processed: 9,
        failed: 2,
        retries: 1,
        createdAt: of('2026-01-31T08:00:01.000+0000'),
        processingMs: 1_500,
        apexMs: 500,
        errorMessage: of('InvalidBatch'),
        isRetry: true,
      },
    ],
    inputs: [
      { name: of('a.csv'), rows: 5, bytes: 100, pieces: [piece] },
      { name: of('b.csv'), rows: 10, bytes: 100, pieces: [piece, piece] },
    ],
    files: { success: of('/r/s.csv'), failed: of('/r/f.csv'), unprocessed: of('/r/u.csv') },
    warnings: [of('A column is left out.')],
    nextSteps: [{ text: of('Send them again.'), command: of('sf bulk2 job retry --id 750') }],
    writtenAt: '2026-01-31T09:00:00.000Z',
    ...page,
  };
}
