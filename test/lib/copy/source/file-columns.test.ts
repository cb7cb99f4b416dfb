import { describe, expect, test } from 'vitest';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, id, links } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const accounts = 'External_Id__c,Name\nA,Alpha\nB,Beta\n';
const account = '  - { object: Account, file: accounts.csv, key: External_Id__c }\n';
const contact = (more = '') => `  - object: Contact\n    file: contacts/1.csv\n${more}`;
const plan = (...objects: readonly string[]) => `version: 1\nobjects:\n${objects.join('')}`;

/** What the message tells to write, as lines of the object in the plan. */
const told = (message: string): string =>
  [...message.matchAll(/(?:map|lookups): \{.*? \}(?: \})?/g)].map(([text]) => `    ${text}\n`).join('');

describe('a column that is no field', () => {
  const refusalOf = async (csv: string, yaml: string) => {
    const recordTypes = [{ SobjectType: 'Account', DeveloperName: 'Partner' }];
    const orgs = await copyOrgs({}, { target: { recordTypes } });
    await filesIn(orgs, { 'accounts.csv': accounts, 'contacts/1.csv': csv });
    return { orgs, message: (await failureOf(copyFiles(orgs, yaml))).message };
  };

  test('but parents by their key is refused with what makes it work', async () => {
    const { orgs, message } = await refusalOf(
      'LastName,Account.External_Id__c\nOne,b\nTwo,A\n',
      plan(contact(), account),
    );
    expect(message).toContain('the column "Account.External_Id__c" names parents by their key.');
    expect(message).not.toContain('Add Account to the plan');
    const { totals } = await copyFiles(orgs, plan(contact(told(message)), account), 'again');
    expect(totals).toMatchObject({ successful: 4, failed: 0, held: 0 });
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({
      One: 'Beta',
      Two: 'Alpha',
    });
  });

  test('but parents by their key is refused with the parents that the plan lacks', async () => {
    const { message } = await refusalOf('LastName,Account.Site\nOne,b\n', plan(contact()));
    expect(message).toContain('lookups: { AccountId: { of: Account, by: Site } }. Add Account to the plan');
    const polymorphic = `  - { object: Task, file: contacts/1.csv }\n`;
    expect(
      (await refusalOf('Subject,Lead:Who.Email\nCall,x\n', plan(polymorphic, account))).message,
    ).toContain('map: { "Lead:Who.Email": WhoId } and lookups: { WhoId: { of: Lead, by: Email } }. Add Lead');
    expect((await refusalOf('Subject,What.Site\nCall,x\n', plan(polymorphic, account))).message).toContain(
      'lookups: { WhatId: { of: Account, by: Site } }.',
    );
  });

  test('but owners or record types by their names is refused with what makes it work', async () => {
    const { orgs, message } = await refusalOf(
      'LastName,Owner.Username\nOne,ann@acme.example\n',
      plan(contact()),
    );
    expect(message).toContain('names owners.');
    const [owners = ''] = /owners: \{.*? \}/.exec(message) ?? [];
    orgs.target.database.load('User', [
      { Id: id('005', 9), Username: 'ann@acme.example', LastName: 'Ann', IsActive: true },
    ]);
    await copyFiles(orgs, `${owners}\n${plan(contact(told(message)))}`, 'again');
    expect((await orgs.target.records('Contact'))[0]?.OwnerId).toContain(id('005', 9));
    const ofType = (more = '') => plan(`  - object: Account\n    file: contacts/1.csv\n${more}`);
    const types = await refusalOf('Name,RecordType.DeveloperName\nOne,Partner\n', ofType());
    expect(types.message).toContain('names record types.');
    await copyFiles(types.orgs, ofType(told(types.message)), 'again');
    const [type] = await types.orgs.target.records('RecordType');
    expect((await types.orgs.target.records('Account'))[0]?.RecordTypeId).toBe(type?.Id);
  });

  test('nor names a parent is refused with what leaves it out', async () => {
    const { orgs, message } = await refusalOf('LastName,Nonsense.Of.It\nOne,x\n', plan(contact()));
    expect(message).toContain('the column "Nonsense.Of.It" isn\'t a field.');
    const { totals } = await copyFiles(orgs, plan(contact(told(message))), 'again');
    expect(totals).toMatchObject({ successful: 1 });
  });
});

describe('a field in "except"', () => {
  const csv = 'Id,Name,Site,parent,Ignored\n001Sr0000000001,A,S,,x\n001Sr0000000002,B,S,001Sr0000000001,x\n';
  const object = (...except: string[]) =>
    plan(
      `  - object: Account\n    file: accounts.csv\n    map: { parent: ParentId }\n    except: [${except.join(', ')}]\n`,
    );

  test('is left out of files, be it a column, a mapped field, a lookup or one that the file lacks', async () => {
    const orgs = await copyOrgs({});
    await filesIn(orgs, { 'accounts.csv': csv });
    const { totals } = await copyFiles(orgs, object('site', 'ParentId', 'Ignored', 'Fax'));
    expect(totals).toMatchObject({ successful: 2, failed: 0, held: 0 });
    const found = await orgs.target.records('Account');
    expect(found.map(({ Name, Site, ParentId }) => [Name, Site, ParentId])).toEqual([
      ['A', null, null],
      ['B', null, null],
    ]);
  });

  test('makes a file without Ids load whose lookup finds no parents, as its refusal tells', async () => {
    const orgs = await copyOrgs({});
    await filesIn(orgs, { 'accounts.csv': 'Name,ParentId\nA,\nB,001Sr0000000001\n' });
    const yaml = plan('  - object: Account\n    file: accounts.csv\n');
    const refusal = await failureOf(copyFiles(orgs, yaml));
    expect(refusal).toMatchObject({
      actions: expect.arrayContaining([expect.stringContaining('except: [ParentId]')]) as unknown,
    });
    const { totals } = await copyFiles(orgs, `${yaml}    except: [ParentId]\n`, 'again');
    expect(totals).toMatchObject({ successful: 2, failed: 0 });
  });

  test('that is neither a column nor a field is refused', async () => {
    const orgs = await copyOrgs({});
    await filesIn(orgs, { 'accounts.csv': csv });
    expect((await failureOf(copyFiles(orgs, object('Ignored', 'Sitee')))).message).toBe(
      'Account: "except" names "Sitee", which is neither a column nor a field.',
    );
  });
});
