import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, queryError, rowError, rows } from './support.ts';

const withPersons = () => createDatabase({ personAccounts: true });
const soql = 'SELECT Name, LastName, IsPersonAccount FROM Account';

describe('person accounts', () => {
  it('are in describe as IsPersonAccount, and only of an org that has them', () => {
    const fields = (personAccounts: boolean): string[] =>
      createDatabase({ personAccounts })
        .describe('Account')
        .fields.map(({ name }) => name);
    expect(fields(true)).toEqual(expect.arrayContaining(['IsPersonAccount', 'LastName', 'PersonEmail']));
    expect(fields(false)).not.toContain('IsPersonAccount');
    expect(queryError(createDatabase(), soql).code).toBe('INVALID_FIELD');
  });

  it('carry LastName and no Name, which is joined from its parts', () => {
    const db = withPersons();
    const input = [
      { FirstName: 'Ada', LastName: 'Byron', Name: '' },
      { Name: 'Acme', LastName: '' },
    ];
    const [Id] = idsOf(csv(db, 'insert', 'Account', input));
    expect(rows(db, soql)).toEqual([
      ['Ada Byron', 'Byron', true],
      ['Acme', null, false],
    ]);
    idsOf(csv(db, 'update', 'Account', [{ Id, LastName: 'Lovelace' }]));
    expect(rows(db, soql)[0]).toEqual(['Ada Lovelace', 'Lovelace', true]);
  });

  it('must not carry Name', () => {
    const db = withPersons();
    expect(rowError(db, 'insert', 'Account', { LastName: 'Byron', Name: 'Ada Byron' })).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set.:Name --',
    );
    const [Id = ''] = idsOf(csv(db, 'insert', 'Account', [{ LastName: 'Byron' }]));
    expect(rowError(db, 'update', 'Account', { Id, Name: 'Ada' })).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE:Account: bad field names on insert/update call: Name:Name --',
    );
  });

  it('alone carry the fields of a person', () => {
    const db = withPersons();
    const refusal = (fields: string, last: string) =>
      `INVALID_FIELD_FOR_INSERT_UPDATE:Account: bad field names on insert/update call: ${fields}:${last} --`;
    expect(rowError(db, 'insert', 'Account', { Name: 'Acme', PersonEmail: 'a@b.example' })).toBe(
      refusal('PersonEmail', 'PersonEmail'),
    );
    const [Id = ''] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'Acme' }]));
    expect(rowError(db, 'update', 'Account', { Id, FirstName: 'A', LastName: 'B' })).toBe(
      refusal('FirstName, LastName', 'FirstName,LastName'),
    );
  });

  it('need a Name or a LastName', () => {
    expect(rowError(withPersons(), 'insert', 'Account', { Phone: '1' })).toBe(
      'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
    );
  });

  it('come with a contact of their own, which PersonContactId names and which changes with them', () => {
    const db = withPersons();
    const input = [
      { FirstName: 'Ada', LastName: 'Byron', PersonEmail: 'ada@acme.example', Name: '' },
      { FirstName: '', LastName: '', PersonEmail: '', Name: 'Acme' },
    ];
    const [Id] = idsOf(csv(db, 'insert', 'Account', input));
    const contacts = 'SELECT Name, Email, IsPersonAccount, AccountId FROM Contact';
    expect(rows(db, contacts)).toEqual([['Ada Byron', 'ada@acme.example', true, Id]]);
    const [contact] = rows(db, 'SELECT Id FROM Contact');
    expect(rows(db, 'SELECT PersonContactId FROM Account')).toEqual([contact, [null]]);
    idsOf(csv(db, 'update', 'Account', [{ Id, LastName: 'Lovelace' }]));
    expect(rows(db, contacts)).toEqual([['Ada Lovelace', 'ada@acme.example', true, Id]]);
  });
});
