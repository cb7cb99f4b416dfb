import type { Probe } from '../probe.ts';
import { CannotAsk, said } from '../said.ts';
import { named } from '../records.ts';
import { insertAccount, insertContact, loadProbe, updateAccount } from './load-probe.ts';

const caseChange = 'Salesforce StackExchange 249063, Salesforce community 9063A0000019eNUQAY';
const noText = 'the code is known, its text is not';
const deleteAccount = { object: 'Account', operation: 'delete' };
/** An id that no account has. */
const nobody = '001000000000001AAA';

/** The other case of every letter. */
function swapCase(id: string): string {
  return id.replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

/** An update of a record by an id that is made from that of an own record, and that nobody else's record may have. */
function update(fact: string, more: Omit<Probe, 'fact' | 'ask'>, idOf: (id: string) => string): Probe {
  return loadProbe({
    fact,
    ...more,
    makes: ['Account'],
    job: updateAccount,
    csv: async (session) => {
      const id = idOf(await session.shared('Account'));
      const isTaken = id !== '' && (await session.ask(`GET sobjects/Account/${id}`)).status === 200;
      if (isTaken) throw new CannotAsk('a record has the id that none was to have');
      return `Id,Site\n${id},${named('x')}\n`;
    },
  });
}

/** How ids are read. */
export const ids: readonly Probe[] = [
  update(
    'An Id of 18 characters whose letters changed case is refused, not repaired',
    { known: 'seen', source: caseChange },
    swapCase,
  ),
  update('An Id of 15 characters is case-sensitive', { known: 'seen', source: caseChange }, (id) =>
    swapCase(id.slice(0, 15)),
  ),
  {
    fact: 'An Id whose letters changed case is refused in WHERE',
    known: 'seen',
    source: caseChange,
    makes: ['Account'],
    ask: async (session) => {
      const id = swapCase(await session.shared('Account'));
      const soql = `SELECT Id FROM Account WHERE Id = '${id}'`;
      return said(await session.ask(`GET query?q=${encodeURIComponent(soql)}`)).replaceAll(id, '‹id›');
    },
  },
  update('An update without an Id fails the row', { known: 'uncertain', source: noText }, () => ''),
  update(
    'An Id that is none fails the row',
    { known: 'uncertain', source: noText, switches: ['errorTexts'] },
    () => 'nonsense',
  ),
  update(
    'An Id of another object fails the row',
    { known: 'uncertain', source: noText, switches: ['errorTexts'] },
    (id) => `003${id.slice(3)}`,
  ),
  update('An Id that no record has fails the row', { known: 'seen', source: 'public reports' }, () => nobody),
  loadProbe({
    fact: 'A deleted record fails the row of an update',
    known: 'seen',
    source: 'public reports',
    makes: ['Account'],
    job: updateAccount,
    csv: async (session) => {
      const id = await session.record('Account', 'gone');
      await session.must(`DELETE composite/sobjects?ids=${id}`);
      return `Id,Site\n${id},x\n`;
    },
  }),
  loadProbe({
    fact: 'An Id that is none fails the row of a delete',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    job: deleteAccount,
    csv: 'Id\nnonsense\n',
  }),
  loadProbe({
    fact: 'An insert with an Id fails the row',
    known: 'uncertain',
    source: noText,
    switches: ['errorTexts'],
    makes: ['Account'],
    job: insertAccount,
    csv: async (session) => `Id,Name\n${await session.shared('Account')},${named('with id')}\n`,
  }),
  loadProbe({
    fact: 'A lookup to a record that there is none of fails the row',
    known: 'seen',
    source: 'public reports',
    makes: ['Contact'],
    job: insertContact,
    csv: `LastName,AccountId\n${named('no parent')},${nobody}\n`,
  }),
];
