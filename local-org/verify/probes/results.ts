import type { Probe } from '../probe.ts';
import { said } from '../said.ts';
import { named } from '../records.ts';
import type { Json, OrgSession } from '../session.ts';
import { insertAccount, insertContact } from './load-probe.ts';

const captures = 'amp-labs/connectors and cli-dx captures';

type Part = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** The text of a result file, with its line endings visible and ids left out. */
async function file(session: OrgSession, id: string, part: Part): Promise<string> {
  const { text } = await session.must(`GET jobs/ingest/${id}/${part}`);
  return text
    .replaceAll('\r', '␍')
    .replaceAll('\n', '␊')
    .replaceAll(/"[0-9A-Za-z]{18}"/g, '"‹id›"');
}

/** The header line of a result file. */
async function header(session: OrgSession, { job = insertAccount, csv, part }: Wanted): Promise<string> {
  const { id } = await session.submit(job, csv);
  return (await file(session, id, part)).split('␊')[0] ?? '';
}

type Wanted = { readonly job?: Json; readonly csv: string; readonly part: Part };

/** One value of Account as it comes back from a load. */
function echoed(column: string, cell: string): Probe['ask'] {
  return async (session) => {
    const csv = `Name,${column}\n${named(`echo ${column}`)},${cell}\n`;
    const { succeeded, failed } = await session.load(insertAccount, csv);
    return succeeded[0]?.[column] ?? failed[0]?.sf__Error ?? 'no row';
  };
}

const headers: readonly Probe[] = [
  {
    fact: 'Result headers echo the uploaded header raw: unquoted, in its case',
    known: 'seen',
    source: 'cli-dx captures',
    makes: ['Account'],
    ask: (session) => header(session, { csv: `name,Phone\n${named('raw')},1\n`, part: 'successfulResults' }),
  },
  {
    fact: 'Result headers echo the uploaded header raw: quoted',
    known: 'seen',
    source: 'cli-dx captures',
    makes: ['Account'],
    ask: (session) =>
      header(session, { csv: `"Name","Phone"\n${named('quoted')},1\n`, part: 'failedResults' }),
  },
  {
    fact: 'Result columns are in alphabetical order up to v48',
    known: 'seen',
    source: 'salesforcer live tests',
    switches: ['ingestColumnOrder'],
    makes: ['Account'],
    ask: async (session) => {
      const at48 = { version: '48.0' };
      const id = await session.create(insertAccount, '48.0');
      await session.must(`PUT jobs/ingest/${id}/batches`, {
        csv: `Site,Name\nx,${named('v48')}\n`,
        ...at48,
      });
      await session.must(`PATCH jobs/ingest/${id}`, { json: { state: 'UploadComplete' }, ...at48 });
      await session.finished('ingest', id);
      const { text } = await session.must(`GET jobs/ingest/${id}/successfulResults`, at48);
      return text.split('\n')[0] ?? '';
    },
  },
  {
    fact: 'Result files follow the delimiter and the line ending of the job',
    known: 'uncertain',
    source: 'assumed by jsforce and SDK tests',
    switches: ['resultDialect'],
    makes: ['Account'],
    ask: async (session) => {
      const job = { ...insertAccount, columnDelimiter: 'SEMICOLON', lineEnding: 'CRLF' };
      const { id } = await session.submit(job, `Name;Site\r\n${named('dialect')};x\r\n`);
      return file(session, id, 'successfulResults');
    },
  },
];

const rows: readonly Probe[] = [
  {
    fact: 'Values are quoted in successfulResults, and sf__Created is "true" for an insert',
    known: 'seen',
    source: captures,
    makes: ['Account'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, `Name,Site\n${named('values')},\n`);
      return file(session, id, 'successfulResults');
    },
  },
  {
    fact: 'sf__Created is "false" for an update',
    known: 'seen',
    source: 'salesforcer live tests',
    makes: ['Account'],
    ask: async (session) => {
      const account = await session.record('Account', 'updated');
      const job = { object: 'Account', operation: 'update' };
      const { id } = await session.submit(job, `Id,Site\n${account},x\n`);
      return file(session, id, 'successfulResults');
    },
  },
  {
    fact: 'Values are quoted in failedResults, and sf__Id is empty for an insert',
    known: 'seen',
    source: captures,
    makes: ['Contact'],
    ask: async (session) => {
      const { id } = await session.submit(insertContact, `LastName,Title\n,x\n`);
      return file(session, id, 'failedResults');
    },
  },
  {
    fact: 'Whole doubles come back with a decimal point',
    known: 'uncertain',
    source: 'Java writes them so',
    switches: ['wholeDoubles'],
    makes: ['Account'],
    needs: ['Account.AnnualRevenue'],
    ask: echoed('AnnualRevenue', '12'),
  },
  {
    fact: 'Doubles from 1e7 come back in scientific notation',
    known: 'seen',
    source: 'documentation of successful results',
    makes: ['Account'],
    needs: ['Account.AnnualRevenue'],
    ask: echoed('AnnualRevenue', '912260031'),
  },
  {
    fact: 'Datetimes come back in UTC, cut to milliseconds',
    known: 'seen',
    source: 'rudder-server tests',
    makes: ['Task'],
    needs: ['Task.ReminderDateTime'],
    ask: async (session) => {
      const csv = `Subject,IsReminderSet,ReminderDateTime\n${named('datetime')},true,2025-11-25T04:45:21.142567+01:00\n`;
      const { succeeded, failed } = await session.load({ object: 'Task', operation: 'insert' }, csv);
      return succeeded[0]?.ReminderDateTime ?? failed[0]?.sf__Error ?? 'no row';
    },
  },
];

const unprocessed: readonly Probe[] = [
  {
    fact: 'unprocessedrecords of a job that ran to its end is the header alone',
    known: 'seen',
    source: 'cli-dx captures',
    makes: ['Account'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, `Name,Phone\n${named('none left')},1\n`);
      return file(session, id, 'unprocessedrecords');
    },
  },
  {
    fact: 'unprocessedrecords of a job that failed on its header has every row',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['unprocessedWhenNothingRan'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, 'Nope__c\nx\n"a,b"\n');
      return file(session, id, 'unprocessedrecords');
    },
  },
  {
    fact: 'unprocessedrecords of an aborted job has every row',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['unprocessedWhenNothingRan'],
    ask: async (session) => {
      const id = await session.create(insertAccount);
      await session.upload(id, `Name\n${named('aborted')}\n`);
      await session.patch(id, 'Aborted');
      return file(session, id, 'unprocessedrecords');
    },
  },
  {
    fact: 'Results of an open job are refused',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['resultsWhileRunning'],
    ask: async (session) => {
      const id = await session.create(insertAccount);
      return said(await session.ask(`GET jobs/ingest/${id}/successfulResults`));
    },
  },
];

const transport: readonly Probe[] = [
  {
    fact: 'The last part of a result address is taken in any case',
    known: 'uncertain',
    source: 'documentation and simple-salesforce differ',
    switches: ['resultPathCase'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, 'Name\n');
      const statuses: number[] = [];
      for (const part of ['unprocessedRecords', 'SUCCESSFULRESULTS']) {
        statuses.push((await session.ask(`GET jobs/ingest/${id}/${part}`)).status);
      }
      return statuses.join(' ');
    },
  },
  {
    fact: 'Result files are compressed for clients that accept gzip',
    known: 'uncertain',
    source: 'documented, with exceptions that are not',
    switches: ['gzip'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, 'Name\n');
      const answer = await session.must(`GET jobs/ingest/${id}/successfulResults`, {
        headers: { 'Accept-Encoding': 'gzip' },
      });
      return answer.headers.get('content-encoding') ?? 'not compressed';
    },
  },
  {
    fact: 'Result files are sent in chunks, without a length',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['csvFraming'],
    ask: async (session) => {
      const { id } = await session.submit(insertAccount, 'Name\n');
      const answer = await session.must(`GET jobs/ingest/${id}/successfulResults`, {
        headers: { 'Accept-Encoding': 'identity' },
      });
      return answer.headers.has('content-length') ? 'Content-Length' : 'chunked';
    },
  },
];

/** The files that a finished ingest job leaves. */
export const results: readonly Probe[] = [...headers, ...rows, ...unprocessed, ...transport];
