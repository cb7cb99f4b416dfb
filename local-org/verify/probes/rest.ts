import type { Probe } from '../probe.ts';
import { CannotAsk, keysOf, said, withoutIds } from '../said.ts';
import { named } from '../records.ts';
import type { Json, OrgSession } from '../session.ts';

function query(session: OrgSession, soql: string): Promise<string> {
  return session.ask(`GET query?q=${encodeURIComponent(soql)}`).then(said);
}

function refusal(fact: string, source: string, soql: string): Probe {
  return { fact, known: 'seen', source, ask: (session) => query(session, soql) };
}

/** The items of a Collections answer by their keys, with their errors. */
function items(text: string): string {
  const list = JSON.parse(text) as Array<Json & { errors: Json[] }>;
  return withoutIds(
    list.map((item) => `${Object.keys(item).join(' ')} ${JSON.stringify(item.errors)}`).join('; '),
  );
}

function collection(allOrNone: boolean, ...records: readonly Json[]): Json {
  return { allOrNone, records: records.map((record) => ({ attributes: { type: 'Account' }, ...record })) };
}

const soql: readonly Probe[] = [
  refusal(
    'A field takes no alias outside of a grouped query',
    'jetstreamapp/soql-parser-js#75',
    'SELECT Name n FROM Account LIMIT 1',
  ),
  refusal('A field that comes twice is refused', 'public reports', 'SELECT Name, Name FROM Account LIMIT 1'),
  refusal(
    'An unknown field is refused',
    'Salesforce Functions SDK captures',
    'SELECT NoSuch__c FROM Account',
  ),
  refusal('An unknown object is refused', 'Salesforce Functions SDK captures', 'SELECT Id FROM Accout'),
  refusal('An unknown relationship is refused', 'public reports', 'SELECT NoSuch.Name FROM Account'),
  refusal(
    'A field that cannot be filtered on is refused in WHERE',
    'airbytehq/airbyte#68166',
    "SELECT Id FROM Account WHERE Description = 'x'",
  ),
  {
    fact: 'SystemModstamp of ActivityFieldHistory cannot be filtered on',
    known: 'seen',
    source: 'airbytehq/airbyte#68166',
    switches: ['unfilterableModstamps'],
    needs: ['ActivityFieldHistory'],
    ask: (session) =>
      query(
        session,
        'SELECT Id FROM ActivityFieldHistory WHERE SystemModstamp > 2026-01-01T00:00:00Z LIMIT 1',
      ),
  },
  {
    fact: 'FORMAT may stand beside its field under an alias, and answers with text',
    known: 'seen',
    source: 'jetstreamapp/soql-parser-js#152',
    makes: ['Account'],
    ask: async (session) => {
      const soql = `SELECT CreatedDate, FORMAT(CreatedDate) shown FROM Account WHERE Id = '${await session.shared('Account')}'`;
      const [record] = await session.records(soql);
      return `${Object.keys(record ?? {}).join(' ')}, ${typeof record?.shown}`;
    },
  },
  {
    fact: 'An object without Bulk support can be read over REST',
    known: 'seen',
    source: 'airbytehq/airbyte#13088',
    needs: ['CaseStatus'],
    ask: (session) => query(session, 'SELECT Id FROM CaseStatus LIMIT 1'),
  },
  {
    fact: 'columns=true answers with these keys',
    known: 'seen',
    source: '`sf data query` against a stub',
    ask: async (session) => keysOf(await session.ask('GET query?q=SELECT+Id+FROM+Account&columns=true')),
  },
];

const collections: readonly Probe[] = [
  {
    fact: 'A record that fails in a collection has these keys',
    known: 'seen',
    source: 'REST guide examples',
    ask: async (session) => {
      const json = collection(false, { id: '001RM000003oLrB000', Site: 'x' });
      return items((await session.must('PATCH composite/sobjects', { json })).text);
    },
  },
  {
    fact: 'A record that was rolled back has no id',
    known: 'uncertain',
    source: 'REST guide: "may"',
    switches: ['rolledBackKeepsId'],
    makes: ['Account'],
    ask: async (session) => {
      const json = collection(true, { Name: named('rolled back') }, { Site: 'x' });
      return items((await session.must('POST composite/sobjects', { json })).text);
    },
  },
];

const http: readonly Probe[] = [
  {
    fact: 'A query of over 16 KB of address is answered with 414 and HTML',
    known: 'seen',
    source: 'jsforce/jsforce#1134, simple-salesforce#271, dependencies-cli#24',
    ask: async (session) => said(await session.ask(`GET query?q=${'x'.repeat(17_000)}`)),
  },
  {
    fact: 'An address and headers of over 16 KB together are answered with 431',
    known: 'uncertain',
    source: 'documented; no text is known',
    ask: async (session) => {
      const headers = { 'X-Long': 'x'.repeat(9000) };
      return said(await session.ask(`GET query?q=${'x'.repeat(9000)}`, { headers }));
    },
  },
  {
    fact: 'A method that a resource does not have is answered with 405',
    known: 'uncertain',
    source: 'documented; no text is known',
    ask: async (session) => said(await session.ask('PUT limits', { json: {} })),
  },
  {
    fact: 'The oldest API version answers without a warning',
    known: 'uncertain',
    source: 'documented: a warning for deprecated versions, which are not named',
    switches: ['deprecatedBelow'],
    ask: async (session) => {
      const answer = await session.ask('GET limits', { version: '31.0' });
      return answer.status >= 300 ? said(answer) : (answer.headers.get('warning') ?? 'no warning');
    },
  },
];

const describes: readonly Probe[] = [
  {
    fact: 'Account has JigsawCompanyId, text that nobody writes, and Jigsaw',
    known: 'seen',
    source: 'jsforce types and tests',
    ask: async (session) => {
      const fields = (await session.fields('Account')) ?? [];
      const found = fields.filter(({ name }) => name.startsWith('Jigsaw'));
      return found
        .map(({ name, type, createable }) => `${name} ${String(type)} createable=${String(createable)}`)
        .sort()
        .join(', ');
    },
  },
  {
    fact: 'Fields have the labels that people see',
    known: 'seen',
    source: 'public describe results',
    ask: async (session) => {
      const [user] = await session.records(
        `SELECT LanguageLocaleKey FROM User WHERE Id = '${await ownUserId(session)}'`,
      );
      const language = String(user?.LanguageLocaleKey);
      if (!language.startsWith('en')) throw new CannotAsk(`the user's language is ${language}`);
      const fields = (await session.fields('Account')) ?? [];
      const shown = ['Id', 'Name', 'Phone', 'ParentId', 'BillingState', 'NumberOfEmployees'];
      return shown.map((name) => String(fields.find((field) => field.name === name)?.label)).join(', ');
    },
  },
];

async function ownUserId(session: OrgSession): Promise<string> {
  const { identity } = await session.json('GET ');
  return String(identity).split('/').at(-1) ?? '';
}

/** REST beside Bulk: queries, collections, limits of HTTP, describe. */
export const rest: readonly Probe[] = [...soql, ...collections, ...http, ...describes];
