import type { Probe } from '../probe.ts';
import { named } from '../records.ts';
import { insertAccount, loadProbe } from './load-probe.ts';

const source = 'Salesforce Help 000386207, CumulusCI, public reports of the messages';

/** Person accounts, in an org that has them. */
export const personAccounts: readonly Probe[] = [
  loadProbe({
    fact: 'A person account carries LastName',
    known: 'seen',
    source,
    makes: ['Account'],
    needs: ['Account.LastName', 'Account.IsPersonAccount'],
    job: insertAccount,
    csv: `LastName\n${named('person')}\n`,
  }),
  loadProbe({
    fact: 'A person account must not carry Name',
    known: 'seen',
    source,
    makes: ['Account'],
    needs: ['Account.LastName', 'Account.IsPersonAccount'],
    job: insertAccount,
    csv: `LastName,Name\n${named('person')},${named('person')}\n`,
  }),
];
