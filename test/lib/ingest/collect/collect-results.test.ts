import { readdir, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { collectResults } from '../../../../src/lib/ingest/collect/collect-results.js';
import type { CollectProgress } from '../../../../src/lib/ingest/collect/types.js';
import { RowCountError } from '../../../../src/lib/row-count-error.js';
import { filesIn, orgWith, readText, requestIn, sourceOf, temporaryFolder } from './support.ts';

const success = '"sf__Id","sf__Created",Name,Phone\n';
const failed = '"sf__Id","sf__Error",Name,Phone\n';
const unprocessed = 'Name,Phone\n';

const twoJobs = {
  '750A': {
    successfulResults: `${success}"001A","true","Acme","1"\n"001B","true","Two\nlines","2"\n`,
    failedResults: `${failed}"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","3.0"\n`,
    unprocessedrecords: unprocessed,
  },
  '750B': {
    successfulResults: `${success}"001C","true","Last","4"\n`,
    failedResults: failed,
    unprocessedrecords: `${unprocessed}Left,5\n`,
  },
};

it('merges the results of all jobs into three files', async () => {
  const folder = await temporaryFolder();
  const { fetch } = orgWith(twoJobs);
  const outcome = await collectResults(
    requestIn(folder, {
      fetch,
      inputRows: 5,
      jobs: [
        {
          jobId: '750A',
          processed: 3,
          failed: 1,
          rowsSent: 3,
          source: sourceOf('Name,Phone\nAcme,1\n,3\n"Two\nlines",2\n'),
        },
        {
          jobId: '750B',
          processed: 1,
          failed: 0,
          rowsSent: 2,
          source: sourceOf('Name,Phone\nLast,4\nLeft,5\n'),
        },
      ],
    }),
  );

  expect(outcome).toMatchObject({ successful: 3, failed: 1, unprocessed: 1, paths: filesIn(folder) });
  expect(await readText(outcome.paths.success)).toBe(
    `${success}"001A","true","Acme","1"\n"001B","true","Two\nlines","2"\n"001C","true","Last","4"\n`,
  );
  expect(await readText(outcome.paths.failed)).toBe(
    '"sf__Id","sf__Error","source__File","source__Row",Name,Phone\n' +
      '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --",accounts.csv,2,"","3.0"\n',
  );
  expect(await readText(outcome.paths.unprocessed)).toBe('Name,Phone\nLeft,5\n');
  expect(await readdir(folder)).toHaveLength(3);
});
void [stat, RowCountError, {} as CollectProgress];
