import type { Probe } from '../probe.ts';
import { email, named } from '../records.ts';
import { outcomeOf } from '../session.ts';
import { insertAccount, insertContact, loadProbe, updateAccount } from './load-probe.ts';

const post = 'public post on relationship headers';
const insertTask = { object: 'Task', operation: 'insert' };
const bom = '\uFEFF';

const lineEndings: readonly Probe[] = [
  loadProbe({
    fact: 'CRLF in a job of line ending LF fails the job',
    known: 'seen',
    source: 'plugin-data, forcedotcom/cli issues',
    job: insertAccount,
    csv: `Name\r\n${named('crlf')}\r\n`,
  }),
  loadProbe({
    fact: 'LF in a job of line ending CRLF fails the job',
    known: 'seen',
    source: 'plugin-data, forcedotcom/cli issues',
    job: { ...insertAccount, lineEnding: 'CRLF' },
    csv: `Name\n${named('lf')}\n`,
  }),
  loadProbe({
    fact: 'The other line ending inside of quotes fails the job too',
    known: 'uncertain',
    source: 'forcedotcom/cli issues',
    switches: ['foreignLineEndingInQuotes'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Site\n${named('quoted crlf')},"a\r\nb"\n`,
  }),
];

const columns: readonly Probe[] = [
  loadProbe({
    fact: 'An unknown column fails the job, which names the first',
    known: 'uncertain',
    source: `amp-labs/connectors captures, ${post}; the documentation drops such columns`,
    switches: ['unknownColumns'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Nope__c,Other__c\n${named('unknown column')},1,2\n`,
  }),
  loadProbe({
    fact: 'With the wrong delimiter the whole header is the unknown column',
    known: 'seen',
    source: post,
    job: insertAccount,
    csv: `Name;Phone\n${named('delimiter')};1\n`,
  }),
  loadProbe({
    fact: 'A BOM before an unquoted header is part of the name',
    known: 'seen',
    source: 'forcedotcom/cli#720',
    job: insertAccount,
    csv: `${bom}Name\n${named('bom')}\n`,
  }),
  loadProbe({
    fact: 'A BOM before a quoted header makes the quote unescaped',
    known: 'seen',
    source: 'public reports',
    job: insertAccount,
    csv: `${bom}"Name"\n${named('quoted bom')}\n`,
  }),
  loadProbe({
    fact: 'A column that comes twice fails the job',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['duplicateColumns'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Site,Site\n${named('column twice')},a,b\n`,
  }),
  loadProbe({
    fact: 'A column without a name fails the job',
    known: 'uncertain',
    source: 'nothing public',
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,\n${named('no name')},a\n`,
  }),
  loadProbe({
    fact: 'A compound field is no column',
    known: 'uncertain',
    source: 'nothing public',
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,BillingAddress\n${named('compound')},x\n`,
  }),
  loadProbe({
    fact: 'A base64 field is no column',
    known: 'uncertain',
    source: 'jsforce/jsforce#228 for Bulk API 1.0; documentation: CSV only',
    switches: ['blobColumnText'],
    makes: ['Account'],
    needs: ['Attachment.Body'],
    job: { object: 'Attachment', operation: 'insert' },
    csv: async (session) =>
      `ParentId,Name,Body\n${await session.shared('Account')},${named('blob')},aGVsbG8=\n`,
  }),
  loadProbe({
    fact: 'A header of over 32,000 characters fails the job',
    known: 'uncertain',
    source: 'documented limit; no text is known',
    job: insertAccount,
    csv: `Name,"${'x'.repeat(32_001)}"\na,b\n`,
  }),
];

const keys: readonly Probe[] = [
  loadProbe({
    fact: 'An update without an Id column fails the job',
    known: 'uncertain',
    source: 'heroku/salesforce-bulk#101 for an upsert',
    switches: ['missingKeyColumnFailsJob'],
    job: updateAccount,
    csv: 'Name\nx\n',
  }),
  loadProbe({
    fact: 'An upsert by Id without an Id column fails the job',
    known: 'seen',
    source: 'heroku/salesforce-bulk#101',
    makes: ['Account'],
    job: { object: 'Account', operation: 'upsert', externalIdFieldName: 'Id' },
    csv: `Name\n${named('upsert by id')}\n`,
  }),
  loadProbe({
    fact: 'A delete with a column beside Id fails the job',
    known: 'seen',
    source: 'capture in a PowerShell module of Apteco',
    makes: ['Account'],
    job: { object: 'Account', operation: 'delete' },
    csv: async (session) => `Id,Name\n${await session.record('Account', 'delete')},x\n`,
  }),
  loadProbe({
    fact: 'A file without rows ends as JobComplete',
    known: 'seen',
    source: 'salesforcer live tests',
    job: insertAccount,
    csv: 'Name\n',
  }),
];

const relationships: readonly Probe[] = [
  loadProbe({
    fact: 'An unknown relationship fails the job',
    known: 'seen',
    source: post,
    makes: ['Contact'],
    job: insertContact,
    csv: `LastName,NoSuch.Email\n${named('no relationship')},x\n`,
  }),
  loadProbe({
    fact: 'The object of a lookup that has only one must not be named',
    known: 'seen',
    source: post,
    makes: ['Contact'],
    job: insertContact,
    csv: `LastName,Contact:ReportsTo.Email\n${named('needless type')},${email('nobody')}\n`,
  }),
  loadProbe({
    fact: 'The object of a polymorphic lookup must be named',
    known: 'uncertain',
    source: `${post}; no text is known`,
    makes: ['Task'],
    job: insertTask,
    csv: `Subject,Who.Email\n${named('no type')},${email('nobody')}\n`,
  }),
  loadProbe({
    fact: 'An object that a polymorphic lookup cannot point to fails the job',
    known: 'uncertain',
    source: 'no text is known',
    makes: ['Task'],
    job: insertTask,
    csv: `Subject,Account:Who.Name\n${named('wrong type')},x\n`,
  }),
  loadProbe({
    fact: 'A parent that nobody has fails its row',
    known: 'uncertain',
    source: 'row errors seen; documented as a failure of the job',
    switches: ['unresolvableParent'],
    makes: ['Contact'],
    job: insertContact,
    csv: `LastName,ReportsTo.Email\n${named('orphan')},${email('nobody')}\n`,
  }),
  {
    fact: 'Parents that the same file creates are not found',
    known: 'uncertain',
    source: 'public reports',
    switches: ['parentsInSameFile'],
    makes: ['Contact'],
    ask: async (session) => {
      const parent = email('parent-in-file');
      const rows = [`${named('parent in file')},${parent},`, `${named('child in file')},,${parent}`];
      return outcomeOf(
        await session.load(insertContact, `LastName,Email,ReportsTo.Email\n${rows.join('\n')}\n`),
      );
    },
  },
  {
    fact: 'A parent is found by a key of it, a polymorphic one with its object named',
    known: 'seen',
    source: 'documentation, public posts',
    makes: ['Contact', 'Task'],
    ask: async (session) => {
      await session.record('Contact', 'who', { Email: email('who') });
      return outcomeOf(
        await session.load(insertTask, `Subject,Contact:Who.Email\n${named('with who')},${email('who')}\n`),
      );
    },
  },
];

/** What makes a whole job fail, or not. */
export const fileErrors: readonly Probe[] = [...lineEndings, ...columns, ...keys, ...relationships];
