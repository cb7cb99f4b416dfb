import type { Probe } from '../probe.ts';
import { CannotAsk, keysOf, said, withoutIds } from '../said.ts';
import { idOf, type OrgSession } from '../session.ts';

const captures = 'cli-dx captures';
const salesforcer = 'salesforcer live tests';

function creating(session: OrgSession, soql: string): Promise<string> {
  return session.ask('POST jobs/query', { json: { operation: 'query', query: soql } }).then(said);
}

function refusal(fact: string, soql: string, more: Partial<Probe> = {}): Probe {
  return { fact, known: 'seen', source: salesforcer, ...more, ask: (session) => creating(session, soql) };
}

/** One field of a record that probes share, as a Bulk query writes it. */
async function exported(session: OrgSession, fields: string, recordId: string): Promise<string> {
  const id = await session.query(`SELECT ${fields} FROM Account WHERE Id = '${recordId}'`);
  const { text } = await session.must(`GET jobs/query/${id}/results`);
  return withoutIds(text.replaceAll('\n', '␊'));
}

/** A finished query job of two records, whose pages can be one record each. */
async function twoRecords(session: OrgSession): Promise<string> {
  await session.shared('Account');
  await session.record('Account', 'second record');
  return session.query('SELECT Id FROM Account LIMIT 2');
}

const jobs: readonly Probe[] = [
  {
    fact: 'Creating a query job answers with these keys',
    known: 'seen',
    source: captures,
    ask: async (session) =>
      keysOf(
        await session.ask('POST jobs/query', {
          json: { operation: 'query', query: 'SELECT Id FROM User LIMIT 1' },
        }),
      ),
  },
  {
    fact: 'A finished query job has these keys',
    known: 'seen',
    source: captures,
    ask: async (session) =>
      keysOf(await session.ask(`GET jobs/query/${await session.query('SELECT Id FROM User LIMIT 1')}`)),
  },
  {
    fact: 'Aborting a finished query job is refused',
    known: 'uncertain',
    source: 'seen for ingest jobs',
    ask: async (session) => {
      const id = await session.query('SELECT Id FROM User LIMIT 1');
      return said(await session.ask(`PATCH jobs/query/${id}`, { json: { state: 'Aborted' } }));
    },
  },
  {
    fact: 'Results are had with the API version of the job only',
    known: 'uncertain',
    source: 'documented: 409; no text is known',
    ask: async (session) => {
      const id = await session.query('SELECT Id FROM User LIMIT 1');
      return said(await session.ask(`GET jobs/query/${id}/results`, { version: '58.0' }));
    },
  },
  {
    fact: 'Result pages for parallel downloads have these keys',
    known: 'uncertain',
    source: 'documented; another shape in msrivastav13/node-sf-bulk2',
    switches: ['resultPages', 'resultPagesNext'],
    ask: async (session) => {
      const id = await session.query('SELECT Id FROM User LIMIT 1');
      return keysOf(await session.ask(`GET jobs/query/${id}/resultPages`));
    },
  },
];

const pages: readonly Probe[] = [
  {
    fact: 'A locator is base64 without padding, of a row, the result and a number',
    known: 'uncertain',
    source: 'current orgs; the documentation shows the row alone',
    switches: ['locators'],
    makes: ['Account'],
    ask: async (session) => {
      const answer = await session.must(`GET jobs/query/${await twoRecords(session)}/results?maxRecords=1`);
      const locator = answer.headers.get('sforce-locator') ?? '';
      if (locator === 'null') throw new CannotAsk('the org gave both records in one page');
      const decoded = Buffer.from(locator, 'base64').toString('latin1');
      return `${withoutIds(decoded)}${locator.endsWith('=') ? ', padded' : ''}`;
    },
  },
  {
    fact: 'Every page has a header and says how many records it has; the last locator is "null"',
    known: 'seen',
    source: `${captures}, plugin-data`,
    makes: ['Account'],
    ask: async (session) => {
      const id = await twoRecords(session);
      const seen: string[] = [];
      let query = '?maxRecords=1';
      for (let page = 0; page < 3 && query !== ''; page += 1) {
        const { headers, text } = await session.must(`GET jobs/query/${id}/results${query}`);
        const locator = headers.get('sforce-locator');
        seen.push(`${text.split('\n')[0] ?? ''} ${headers.get('sforce-numberofrecords') ?? ''}`);
        query = locator === 'null' ? '' : `?maxRecords=1&locator=${locator ?? ''}`;
      }
      return `${seen.join(', ')}, ${query === '' ? 'null' : query}`;
    },
  },
  {
    fact: 'A result without records is a header, with the locator "null"',
    known: 'seen',
    source: salesforcer,
    ask: async (session) => {
      const id = await session.query("SELECT Id, Name FROM Account WHERE Name = 'sf-bulk2-verify nobody'");
      const { headers, text } = await session.must(`GET jobs/query/${id}/results`);
      const [locator, records] = ['sforce-locator', 'sforce-numberofrecords'].map((name) =>
        headers.get(name),
      );
      return `${text.trim()}, ${records ?? 'no count'}, ${locator ?? 'no locator'}`;
    },
  },
  {
    fact: 'A locator that is none is refused',
    known: 'uncertain',
    source: 'nothing public',
    ask: async (session) => {
      const id = await session.query('SELECT Id FROM User LIMIT 1');
      return said(await session.ask(`GET jobs/query/${id}/results?locator=nonsense`));
    },
  },
];

const values: readonly Probe[] = [
  {
    fact: 'Names and values are quoted; null and a parent that there is none of are empty',
    known: 'seen',
    source: `${captures}, plugin-data`,
    makes: ['Account'],
    ask: async (session) =>
      exported(session, 'Id, Name, Site, Parent.Name, IsDeleted', await session.shared('Account')),
  },
  {
    fact: 'Datetimes are written with milliseconds and Z',
    known: 'seen',
    source: 'forcedotcom/cli#3367',
    makes: ['Account'],
    ask: async (session) =>
      (await exported(session, 'CreatedDate', await session.shared('Account'))).replaceAll(/\d/g, '9'),
  },
  {
    fact: 'Doubles are written with a decimal point below 1e7, and in scientific notation from there',
    known: 'uncertain',
    source: 'forcedotcom/dataloader#1204, #161 for large ones',
    switches: ['wholeDoubles'],
    makes: ['Account'],
    needs: ['Account.AnnualRevenue'],
    ask: async (session) => {
      const seen: string[] = [];
      for (const revenue of [12, 99_213_206]) {
        const id = await session.record('Account', `double ${revenue}`, { AnnualRevenue: revenue });
        seen.push(await exported(session, 'AnnualRevenue', id));
      }
      return seen.join(' ');
    },
  },
];

const unsupported: readonly Probe[] = [
  refusal('Compound fields are refused', 'SELECT BillingAddress FROM Account LIMIT 1'),
  refusal('Child queries are refused', 'SELECT Id, (SELECT Id FROM Contacts) FROM Account LIMIT 1'),
  refusal('Base64 fields are refused', 'SELECT Body FROM Attachment LIMIT 1', {
    known: 'uncertain',
    source: 'flozer/duckdb-salesforce: the text, not the code',
    switches: ['blobErrorCode'],
    needs: ['Attachment.Body'],
  }),
  ...[
    ['OFFSET', 'SELECT Id FROM Account LIMIT 1 OFFSET 1'],
    ['GROUP BY', 'SELECT Name FROM Account GROUP BY Name LIMIT 1'],
    ['COUNT()', 'SELECT COUNT() FROM Account'],
    ['COUNT(Id)', 'SELECT COUNT(Id) FROM Account'],
    ['TYPEOF', 'SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Task LIMIT 1'],
  ].map(([clause = '', soql = '']) =>
    refusal(`${clause} is refused`, soql, {
      known: 'uncertain',
      source: 'documented; no text is known',
      switches: ['unsupportedClauseText'],
    }),
  ),
  refusal('An object without Bulk support is refused', 'SELECT Id FROM CaseStatus LIMIT 1', {
    source: 'airbytehq/airbyte#7518, tap-salesforce',
    needs: ['CaseStatus'],
  }),
  refusal('An unknown object is refused as REST refuses it', 'SELECT Id FROM NoSuchObject__c', {
    source: 'Salesforce Functions SDK captures',
  }),
  refusal('An unknown field is refused as REST refuses it', 'SELECT NoSuch__c FROM Account', {
    source: 'Salesforce Functions SDK captures',
  }),
  {
    fact: 'A path through several lookups works',
    known: 'uncertain',
    source: 'documented without a depth; refused in a test of salesforcer from 2020',
    switches: ['grandparentsInBulk'],
    ask: async (session) => {
      const json = { operation: 'query', query: 'SELECT Id, Account.Owner.Name FROM Contact LIMIT 1' };
      const answer = await session.ask('POST jobs/query', { json });
      if (answer.status >= 300) return said(answer);
      const { state, errorMessage } = await session.finished('query', idOf(answer));
      return errorMessage === undefined ? `${state}` : `${state}: ${errorMessage}`;
    },
  },
];

/** Query jobs and their results. */
export const queries: readonly Probe[] = [...jobs, ...pages, ...values, ...unsupported];
