import type { Probe } from '../probe.ts';
import { CannotAsk, keysOf, said } from '../said.ts';
import { named } from '../records.ts';
import { outcomeOf, type Json, type OrgSession } from '../session.ts';
import { insertAccount, insertContact } from './load-probe.ts';

const captures = 'amp-labs/connectors and cli-dx captures';
const mostListPages = 5;

async function infoKeys(session: OrgSession, id: string): Promise<string> {
  return keysOf(await session.ask(`GET jobs/ingest/${id}`));
}

/** A job as the list has it; the list is in no order, and may be long. */
async function listed(session: OrgSession, id: string): Promise<Json> {
  let address = 'jobs/ingest';
  for (let page = 0; page < mostListPages; page += 1) {
    const list = await session.json(`GET ${address}`);
    const found = (list.records as Json[]).find((job) => job.id === id);
    if (found !== undefined) return found;
    const locator = /\?queryLocator=.*/.exec(String(list.nextRecordsUrl))?.[0];
    if (list.done === true || locator === undefined) break;
    address = `jobs/ingest${locator}`;
  }
  throw new CannotAsk(`the job is not on the first ${mostListPages} pages of the list`);
}

/** What an org says of jobs. */
export const jobInfos: readonly Probe[] = [
  {
    fact: 'An open job has these keys: no counts before the upload',
    known: 'seen',
    source: captures,
    ask: async (session) => infoKeys(session, await session.create(insertAccount)),
  },
  {
    fact: 'An open job has these keys after the upload',
    known: 'seen',
    source: captures,
    ask: async (session) => {
      const id = await session.create(insertAccount);
      await session.upload(id, 'Name\n');
      return infoKeys(session, id);
    },
  },
  {
    fact: 'A finished job has these keys',
    known: 'seen',
    source: captures,
    makes: ['Account'],
    ask: async (session) => {
      const { info } = await session.submit(insertAccount, `Name\n${named('finished')}\n`);
      return Object.keys(info).join(' ');
    },
  },
  {
    fact: 'A failed job has these keys: isPkChunkingSupported comes after errorMessage',
    known: 'uncertain',
    source: 'captures of airbyte and sf, of different versions',
    switches: ['pkChunkingFlag'],
    ask: async (session) => Object.keys((await session.submit(insertAccount, 'Nope__c\nx\n')).info).join(' '),
  },
  {
    fact: 'numberRecordsProcessed includes the rows that failed',
    known: 'seen',
    source: 'plugin-data',
    makes: ['Contact'],
    ask: async (session) =>
      outcomeOf(await session.load(insertContact, `LastName,Title\n${named('counted')},x\n,x\n`)).replace(
        /; REQUIRED_FIELD_MISSING.*/,
        '; one row failed',
      ),
  },
  {
    fact: 'An unknown job is not found',
    known: 'seen',
    source: 'Salesforce Functions SDK captures, plugin-data',
    ask: async (session) => said(await session.ask('GET jobs/ingest/750000000000001AAA')),
  },
  {
    fact: 'An address with an empty part is not found',
    known: 'seen',
    source: 'forcedotcom/cli#2968',
    ask: async (session) => String((await session.ask('GET jobs/query//750000000000001AAA')).status),
  },
  {
    fact: 'A job in the list has these keys: no counters',
    known: 'seen',
    source: 'cli-dx captures',
    ask: async (session) => Object.keys(await listed(session, await session.create(insertAccount))).join(' '),
  },
  {
    fact: 'The list of jobs has these keys',
    known: 'seen',
    source: 'cli-dx captures',
    ask: async (session) => keysOf(await session.ask('GET jobs/ingest')),
  },
  {
    fact: 'Answers about Bulk carry Sforce-Limit-Info',
    known: 'uncertain',
    source: 'documented for REST',
    switches: ['limitInfoOnBulk'],
    ask: async (session) => {
      const { headers } = await session.must('GET jobs/ingest');
      return headers.has('sforce-limit-info') ? 'present' : 'absent';
    },
  },
];
