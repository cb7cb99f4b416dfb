import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../probe.ts';
import { CannotAsk, keysOf, said } from '../said.ts';
import { named } from '../records.ts';
import { outcomeOf, type Json, type OrgSession } from '../session.ts';
import { insertAccount } from './load-probe.ts';

const captures = 'amp-labs/connectors and cli-dx captures';

async function creating(session: OrgSession, job: Json): Promise<string> {
  return said(await session.ask('POST jobs/ingest', { json: job }));
}

function refused(fact: string, source: string, job: Json): Probe {
  return { fact, known: 'seen', source, ask: (session) => creating(session, job) };
}

/** A finished job without rows. */
async function emptyJob(session: OrgSession): Promise<string> {
  const id = await session.create(insertAccount);
  await session.upload(id, '');
  await session.patch(id, 'UploadComplete');
  await session.finished('ingest', id);
  return id;
}

async function abortedJob(session: OrgSession): Promise<string> {
  const id = await session.create(insertAccount);
  await session.patch(id, 'Aborted');
  return id;
}

const creation: readonly Probe[] = [
  {
    fact: 'Creating an ingest job answers 200 with these keys',
    known: 'seen',
    source: captures,
    ask: async (session) => {
      const answer = await session.ask('POST jobs/ingest', { json: insertAccount });
      return `${answer.status} ${keysOf(answer)}`;
    },
  },
  {
    fact: 'An upsert may name Id as its external id; externalIdFieldName comes after state',
    known: 'seen',
    source: 'jsforce tests, SFDMU',
    ask: async (session) => {
      const job = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Id' };
      return keysOf(await session.ask('POST jobs/ingest', { json: job }));
    },
  },
  refused('A job on an unknown object is refused', 'Salesforce Functions SDK captures', {
    object: 'NoSuchObject__c',
    operation: 'insert',
  }),
  refused('An upsert by a field that is no external id is refused', 'public reports', {
    object: 'Account',
    operation: 'upsert',
    externalIdFieldName: 'Industry',
  }),
  refused('An upsert without an external id is refused', 'public reports', {
    object: 'Account',
    operation: 'upsert',
  }),
  refused('A missing operation is refused', 'public reports', { object: 'Account' }),
  refused('An operation in another case is refused', 'public reports', {
    object: 'Account',
    operation: 'Insert',
  }),
  refused('A content type other than CSV is refused', 'public reports', {
    ...insertAccount,
    contentType: 'JSON',
  }),
  {
    fact: 'Properties that are not documented, such as concurrencyMode, are refused',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['unknownJobProperties'],
    ask: (session) => creating(session, { ...insertAccount, concurrencyMode: 'Serial' }),
  },
  {
    fact: 'An assignment rule for an object without any is refused',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['assignmentRuleElsewhere'],
    ask: (session) => creating(session, { ...insertAccount, assignmentRuleId: '01Q000000000001AAA' }),
  },
  {
    fact: 'A hard delete without the permission is refused',
    known: 'uncertain',
    source: 'plugin-data (code), StreamSets tests (text)',
    switches: ['hardDeleteAllowed', 'hardDeleteText'],
    ask: async (session) => {
      const answer = await session.ask('POST jobs/ingest', {
        json: { object: 'Account', operation: 'hardDelete' },
      });
      if (answer.status >= 300) return said(answer);
      throw new CannotAsk('the user may hard delete');
    },
  },
  {
    fact: 'A body that is no JSON is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) =>
      said(
        await session.ask('POST jobs/ingest', {
          csv: '{"object"',
          headers: { 'Content-Type': 'application/json' },
        }),
      ).replace(/(JSON_PARSER_ERROR).*/s, '$1'),
  },
];

const uploads: readonly Probe[] = [
  {
    fact: 'A second upload to a job is refused',
    known: 'seen',
    source: 'public transcript of v47',
    switches: ['secondUploadSpelling'],
    ask: async (session) => {
      const id = await session.create(insertAccount);
      await session.upload(id, 'Name\n');
      return said(await session.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\n' }));
    },
  },
  {
    fact: 'A bad header is not noticed at the upload',
    known: 'seen',
    source: 'public post on relationship headers',
    ask: async (session) => {
      const id = await session.create(insertAccount);
      return said(await session.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Nope__c\nx\n' }));
    },
  },
  {
    fact: 'An empty upload ends as JobComplete without rows',
    known: 'seen',
    source: 'jsforce tests',
    ask: async (session) => {
      const { state, numberRecordsProcessed, numberRecordsFailed } = await session.json(
        `GET jobs/ingest/${await emptyJob(session)}`,
      );
      return [state, numberRecordsProcessed, numberRecordsFailed].join(' ');
    },
  },
  {
    fact: 'An upload to a closed job is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) => {
      const id = await emptyJob(session);
      return said(await session.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\n' }));
    },
  },
  {
    fact: 'An upload that says it is no CSV is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) => {
      const id = await session.create(insertAccount);
      const headers = { 'Content-Type': 'text/plain' };
      return said(await session.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\n', headers }));
    },
  },
  {
    fact: 'A gzip upload is refused',
    known: 'uncertain',
    source: 'documented for REST in general; Data Loader does not use it',
    switches: ['gzipUploads'],
    makes: ['Account'],
    ask: async (session) => {
      const id = await session.create(insertAccount);
      const csv = gzipSync(`Name\n${named('gzip')}\n`);
      const headers = { 'Content-Encoding': 'gzip' };
      const answer = await session.ask(`PUT jobs/ingest/${id}/batches`, { csv, headers });
      if (answer.status >= 300) return said(answer);
      await session.patch(id, 'UploadComplete');
      const info = await session.finished('ingest', id);
      return `${answer.status}, then ${outcomeOf({ info, succeeded: [], failed: [] })}`;
    },
  },
  {
    fact: 'An upload whose connection breaks is forgotten: another one is accepted',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['cutUpload'],
    ask: async (session) => {
      const id = await session.create(insertAccount);
      await session.http.cutUpload(`jobs/ingest/${id}/batches`, 'Name\n');
      await sleep(1000);
      return said(await session.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\n' }));
    },
  },
];

const states: readonly Probe[] = [
  {
    fact: 'Closing a job answers with these keys',
    known: 'seen',
    source: captures,
    ask: async (session) => {
      const id = await session.create(insertAccount);
      await session.upload(id, '');
      return keysOf(await session.patch(id, 'UploadComplete'));
    },
  },
  {
    fact: 'Closing a job twice is refused',
    known: 'seen',
    source: 'salesforcer live tests',
    ask: async (session) => said(await session.patch(await emptyJob(session), 'UploadComplete')),
  },
  {
    fact: 'Aborting a finished job is refused',
    known: 'seen',
    source: 'cli-dx captures',
    ask: async (session) => said(await session.patch(await emptyJob(session), 'Aborted')),
  },
  {
    fact: 'Closing an aborted job is refused',
    known: 'uncertain',
    source: 'text seen for Bulk API 1.0 only',
    switches: ['closeAbortedText'],
    ask: async (session) => said(await session.patch(await abortedJob(session), 'UploadComplete')),
  },
  {
    fact: 'Aborting an aborted job is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) => said(await session.patch(await abortedJob(session), 'Aborted')),
  },
  {
    fact: 'A state that clients cannot set is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) => said(await session.patch(await session.create(insertAccount), 'JobComplete')),
  },
  {
    fact: 'Deleting an open job is refused',
    known: 'uncertain',
    source: 'documented for other states only',
    switches: ['deleteOpenJob'],
    ask: async (session) =>
      said(await session.ask(`DELETE jobs/ingest/${await session.create(insertAccount)}`)),
  },
  {
    fact: 'A deleted job is unknown',
    known: 'seen',
    source: 'Salesforce Functions SDK captures, plugin-data',
    ask: async (session) => {
      const id = await abortedJob(session);
      const deleted = await session.ask(`DELETE jobs/ingest/${id}`);
      return `${said(deleted)}, then ${said(await session.ask(`GET jobs/ingest/${id}`))}`;
    },
  },
];

/** Requests that create, fill, close, abort and delete jobs. */
export const jobRequests: readonly Probe[] = [...creation, ...uploads, ...states];
