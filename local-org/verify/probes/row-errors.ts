import type { Probe } from '../probe.ts';
import { email, named } from '../records.ts';
import { outcomeOf } from '../session.ts';
import {
  insertAccount,
  insertContact,
  loadProbe,
  updateAccount,
  upsertContactByEmail,
} from './load-probe.ts';

const noText = 'the code is known, its text is not';
const insertTask = { object: 'Task', operation: 'insert' };

const values: readonly Probe[] = [
  loadProbe({
    fact: 'A missing required field fails the row',
    known: 'seen',
    source: 'amp-labs/connectors captures',
    makes: ['Contact'],
    job: insertContact,
    csv: 'LastName,Title\n,x\n',
  }),
  loadProbe({
    fact: 'A date that cannot be read fails the row, which counts columns from 0',
    known: 'uncertain',
    source: 'one capture of amp-labs/connectors',
    switches: ['columnPositionsFrom'],
    makes: ['Contact'],
    needs: ['Contact.Birthdate'],
    job: insertContact,
    csv: `LastName,Birthdate\n${named('date')},2003-04-98\n`,
  }),
  loadProbe({
    fact: 'A number that cannot be read fails the row',
    known: 'seen',
    source: 'amp-labs/connectors captures, for a date',
    makes: ['Account'],
    needs: ['Account.AnnualRevenue'],
    job: insertAccount,
    csv: `Name,AnnualRevenue\n${named('number')},"1,5"\n`,
  }),
  loadProbe({
    fact: 'A number with too many digits fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Account'],
    needs: ['Account.AnnualRevenue'],
    job: insertAccount,
    csv: `Name,AnnualRevenue\n${named('digits')},1e30\n`,
  }),
  loadProbe({
    fact: 'Text that is too long fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,AccountNumber\n${named('long')},${'x'.repeat(41)}\n`,
  }),
  loadProbe({
    fact: 'An email address that is none fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Contact'],
    job: insertContact,
    csv: `LastName,Email\n${named('email')},nobody\n`,
  }),
  loadProbe({
    fact: 'A value that a restricted picklist does not have fails the row',
    known: 'seen',
    source: 'public reports',
    makes: ['Task'],
    needs: ['Task.CallType'],
    job: insertTask,
    csv: `Subject,CallType\n${named('picklist')},Nonsense\n`,
  }),
  loadProbe({
    fact: 'A value of a restricted picklist in another case fails the row',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['caseInsensitivePicklists'],
    makes: ['Task'],
    needs: ['Task.CallType'],
    job: insertTask,
    csv: `Subject,CallType\n${named('picklist case')},INBOUND\n`,
  }),
  loadProbe({
    fact: 'A field that may not be written fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,IsDeleted\n${named('read-only')},true\n`,
  }),
];

const checkboxes: readonly Probe[] = [
  ...['yes', 'Y', 'on', '1', 'no', '0'].map((word) =>
    loadProbe({
      fact: `"${word}" is no value of a checkbox`,
      known: 'uncertain',
      source: 'SFDO-Tooling/CumulusCI#2096 says that Bulk loads accept it',
      switches: ['booleanWords'],
      makes: ['Product2'],
      needs: ['Product2.IsActive'],
      job: { object: 'Product2', operation: 'insert' },
      csv: `Name,IsActive\n${named(`checkbox ${word}`)},${word}\n`,
    }),
  ),
  loadProbe({
    fact: 'A checkbox set to #N/A fails its row',
    known: 'seen',
    source: 'jetstreamapp/jetstream#712',
    switches: ['nullCheckboxIsFalse'],
    makes: ['Product2'],
    needs: ['Product2.IsActive'],
    job: { object: 'Product2', operation: 'insert' },
    csv: `Name,IsActive\n${named('checkbox null')},#N/A\n`,
  }),
  {
    fact: 'An empty checkbox means false on insert, and leaves the value on update',
    known: 'seen',
    source: 'public reports',
    makes: ['Product2'],
    needs: ['Product2.IsActive'],
    ask: async (session) => {
      const isActive = async (id: string): Promise<unknown> =>
        (await session.records(`SELECT IsActive FROM Product2 WHERE Id = '${id}'`))[0]?.IsActive;
      const insert = { object: 'Product2', operation: 'insert' };
      const { succeeded, ...inserted } = await session.load(
        insert,
        `Name,IsActive\n${named('checkbox empty')},\n`,
      );
      const [row] = succeeded;
      if (row === undefined) return outcomeOf({ succeeded, ...inserted });
      const active = await session.record('Product2', 'checkbox kept', { IsActive: true });
      await session.load({ object: 'Product2', operation: 'update' }, `Id,IsActive\n${active},\n`);
      return `${String(await isActive(row.sf__Id ?? ''))}, ${String(await isActive(active))}`;
    },
  },
];

const layout: readonly Probe[] = [
  loadProbe({
    fact: 'A row with a cell too few fails alone',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['raggedRows'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Site\n${named('short row')}\n${named('whole row')},x\n`,
  }),
  loadProbe({
    fact: 'A row with a cell too many fails alone',
    known: 'uncertain',
    source: 'nothing public',
    switches: ['raggedRows'],
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Site\n${named('long row')},x,y\n${named('right row')},x\n`,
  }),
  loadProbe({
    fact: 'A space beside a quote fails the row',
    known: 'uncertain',
    source: 'documented; no text is known',
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Site\n"${named('space')}", "x"\n`,
  }),
  loadProbe({
    fact: 'An empty line is no row',
    known: 'uncertain',
    source: 'nothing public',
    makes: ['Account'],
    job: insertAccount,
    csv: `Name\n${named('before')}\n\n${named('after')}\n`,
  }),
  loadProbe({
    fact: 'A value of over 131,072 characters fails the row',
    known: 'uncertain',
    source: 'documented limit; no text is known',
    makes: ['Account'],
    job: insertAccount,
    csv: `Name,Description\n${named('long value')},${'x'.repeat(131_073)}\n`,
  }),
  loadProbe({
    fact: 'Header names may be in any case',
    known: 'seen',
    source: 'plugin-data, jsforce tests',
    makes: ['Account'],
    job: insertAccount,
    csv: `NAME,siTe\n${named('header case')},x\n`,
  }),
];

const keys: readonly Probe[] = [
  loadProbe({
    fact: 'An external id that comes twice within 200 records fails each of its rows',
    known: 'seen',
    source: 'amp-labs/connectors captures',
    makes: ['Contact'],
    job: upsertContactByEmail,
    csv: ['one', 'other'].reduce(
      (csv, name) => `${csv}${named(`twice ${name}`)},${email('twice')}\n`,
      'LastName,Email\n',
    ),
  }),
  loadProbe({
    fact: 'An Id that comes twice within 200 records fails each of its rows',
    known: 'seen',
    source: 'amp-labs/connectors captures, for an external id',
    makes: ['Account'],
    job: updateAccount,
    csv: async (session) => {
      const id = await session.record('Account', 'id twice');
      return `Id,Site\n${id},a\n${id},b\n`;
    },
  }),
  {
    fact: 'An external id that comes again over 200 records later wins',
    known: 'seen',
    source: 'Salesforce StackExchange 296121',
    switches: ['duplicateScopeRecords'],
    makes: ['Contact'],
    ask: async (session) => {
      const keyOf = (row: number): string => email(row === 0 || row === 249 ? 'far' : `row-${row}`);
      const rows = Array.from({ length: 250 }, (_, row) => `${named(`far ${row}`)},${keyOf(row)}`);
      const loaded = await session.load(upsertContactByEmail, `LastName,Email\n${rows.join('\n')}\n`);
      const winners = await session.records(`SELECT LastName FROM Contact WHERE Email = '${email('far')}'`);
      const { numberRecordsProcessed, numberRecordsFailed } = loaded.info;
      const names = winners.map(({ LastName }) => String(LastName)).join(', ');
      return `${numberRecordsProcessed} processed, ${numberRecordsFailed} failed; ${names}`;
    },
  },
  loadProbe({
    fact: 'An external id that several records have fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Contact'],
    job: upsertContactByEmail,
    csv: async (session) => {
      for (const name of ['first', 'second']) {
        await session.record('Contact', `shared email ${name}`, { Email: email('shared') });
      }
      return `LastName,Email\n${named('shared email third')},${email('shared')}\n`;
    },
  }),
  loadProbe({
    fact: 'An upsert without its key fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Contact'],
    job: upsertContactByEmail,
    csv: `LastName,Email\n${named('no key')},\n`,
  }),
];

/** What makes rows fail, or not. */
export const rowErrors: readonly Probe[] = [...values, ...checkboxes, ...layout, ...keys];
