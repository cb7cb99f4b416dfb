import { renderPage } from '../../src/cli/report/render/page.js';
import { errorGroup, samplePage } from '../cli/report/page-sample.ts';

const id = '7505g00000abcdEAAQ';
const longName = 'A_Rather_Long_Name_Of_A_Field_That_Nobody_Would_Choose__c';
const values = {
  External_Id__c: 'A-2',
  Name: 'Initech 日本語',
  [longName]: '',
  Notes__c: `line one\nline two ${'word '.repeat(60)}`,
  Token__c: 'x'.repeat(400),
};
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const piece = { firstRow: 1, rows: 600_000, start: 120, end: 86_000_000, sha256: hash };
const path = '/home/ada/projects/migration/2026-01/results';

/** A report as long words, paths and messages make it: what its layout has to bear. */
export function longReport(): string {
  const messages = [
    ['UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record: 0015g00000AbCdEAAV'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', `${longName} is required where the account is a customer.`],
    ['DUPLICATE_VALUE', 'duplicate value found: External_Id__c duplicates value on record with id: 001xx'],
  ] as const;
  const errors = messages.map(([code, message], index) =>
    errorGroup({
      code,
      message,
      fields: [longName],
      count: 12_345 - index,
      transient: index === 0,
      sample: { message, file: 'accounts-of-the-whole-region-2026-01-31.csv', row: 599_999, values },
    }),
  );
  const jobs = Array.from({ length: 9 }, (_, index) => ({
    id,
    state: index === 3 ? ('Failed' as const) : ('JobComplete' as const),
    rows: 66_667,
    bytes: 10_000_000,
    processed: 66_667,
    failed: index,
    retries: 0,
    createdAt: '2026-01-31T08:00:01.000+0000',
    processingMs: 98_500,
    apexMs: 500,
    isRetry: index === 8,
    ...(index === 3 ? { errorMessage: 'InvalidBatch : Field name not found : Nmae' } : {}),
  }));
  return renderPage(
    samplePage({
      externalId: longName,
      org: {
        alias: 'production',
        username: 'ada.lovelace@analytical-engines.example.com.production',
        orgId: '00D5g000001AbCdEAK',
        instanceUrl: 'https://analytical-engines--production.sandbox.my.salesforce.com',
        apiVersion: '67.0',
      },
      counts: { input: 600_000, successful: 562_965, failed: 37_034, unprocessed: 1, areFinal: true },
      errors,
      jobs,
      inputs: [
        {
          name: 'accounts-of-the-whole-region-2026-01-31.csv',
          rows: 600_000,
          bytes: 86_000_000,
          pieces: [piece],
        },
        { name: 'b.csv', rows: 600_000, bytes: 86_000_000, pieces: [piece, piece] },
      ],
      files: {
        success: `${path}/${id}-success-records.csv`,
        failed: `${path}/${id}-failed-records.csv`,
        unprocessed: null,
      },
      nextSteps: [
        { text: 'Retry the failed rows.', command: `sf bulk2 job retry --id ${id} --target-org production` },
        {
          text: 'Load them.',
          command: `sf bulk2 upsert --file '${path}/${id}-failed-records.csv' --sobject Account`,
        },
      ],
    }),
  );
}
