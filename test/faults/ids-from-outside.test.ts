import { readdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { UnexpectedAnswerError } from '../../src/lib/api/errors.js';
import { BulkV2 } from '../../src/lib/bulk2/bulk2.js';
import { account } from '../lib/describe/fake-describe.ts';
import { httpServer } from '../support/http-server.ts';
import { jobAnswer } from '../support/job-answer.ts';
import { orgConnection } from '../support/org-connection.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What an org answers that gives its ingest job an id of its choice, and plays along from then on. */
function answerWith(id: string, { method, url = '' }: IncomingMessage): string {
  if (url.endsWith('/successfulResults'))
    return '"sf__Id","sf__Created",Name\n"001000000000001AAA","true","A"\n';
  if (url.endsWith('/failedResults')) return '"sf__Id","sf__Error",Name\n';
  if (url.endsWith('/unprocessedrecords')) return 'Name\n';
  if (url.endsWith('/describe')) return JSON.stringify(account);
  if (url.includes('/query?')) return JSON.stringify({ totalSize: 0, done: true, records: [] });
  const ended = { state: 'JobComplete', numberRecordsProcessed: 1, numberRecordsFailed: 0 };
  return method === 'PUT' ? '' : JSON.stringify(jobAnswer({ id, ...(method === 'GET' ? ended : {}) }));
}

test('an id that is a path writes nothing outside the results folder, and is refused by name', async () => {
  const folder = await tempFolder();
  const server = await httpServer((request, response) => {
    request.resume();
    response.writeHead(request.method === 'PUT' ? 201 : 200).end(answerWith('../../x', request));
  });
  const connection = orgConnection(server.origin, { accessToken: 'token', version: '60.0' });
  await using bulk = new BulkV2(connection, { stateFolder: join(folder, 'state') });
  const load = bulk.load({
    object: 'Account',
    operation: 'insert',
    input: Readable.from(['Name\nA\n']),
    resultsDir: join(folder, 'a', 'results'),
    preflight: false,
  });
  await expect(load).rejects.toThrow(UnexpectedAnswerError);
  await expect(load).rejects.toThrow('It has "../../x" for the job id.');
  const written = await readdir(folder, { recursive: true });
  expect(written.filter((path) => path.endsWith('.csv') && !path.startsWith('state'))).toEqual([]);
});
