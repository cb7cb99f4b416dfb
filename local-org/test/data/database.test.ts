import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, rows } from './support.ts';

describe('load', () => {
  it('adds records as they are, with ids of their own or new ones', () => {
    const db = createDatabase();
    db.load('Account', [{ Id: '001xx000003DGb1AAG', Name: 'own' }, { Name: 'new' }]);
    expect(rows(db, 'SELECT Id, Name FROM Account')).toEqual([
      ['001xx000003DGb1AAG', 'own'],
      ['001Lo0000000001IAA', 'new'],
    ]);
    expect(column(db, "SELECT Name FROM Account WHERE Id = '001xx000003DGb1'")).toEqual(['own']);
  });

  it('checks nothing, but reads text as its field’s type and fills in the rest', () => {
    const db = createDatabase({
      seed: { Opportunity: [{ Amount: '1.5', CloseDate: '', StageName: 'Odd' }] },
    });
    expect(rows(db, 'SELECT Amount, CloseDate, StageName, IsPrivate, Owner.Name FROM Opportunity')).toEqual([
      [1.5, null, 'Odd', false, 'Ada Admin'],
    ]);
  });

  it('keeps dates that are given', () => {
    const db = createDatabase({ seed: { Account: [{ Name: 'old', CreatedDate: '2001-02-03T04:05:06Z' }] } });
    expect(column(db, 'SELECT CreatedDate FROM Account')).toEqual(['2001-02-03T04:05:06.000Z']);
  });

  it('says which field it does not know or cannot read', () => {
    const db = createDatabase();
    expect(() => db.load('Account', [{ Nope: '1' }])).toThrow("No such column 'Nope' on Account");
    expect(() => db.load('Account', [{ AnnualRevenue: 'lots' }])).toThrow('AnnualRevenue cannot be "lots"');
  });

  it('never makes new records collide with loaded ids', () => {
    const db = createDatabase({ seed: { Account: [{ Id: '001Lo0000000002IAA', Name: 'seed' }] } });
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'a' }, { Name: 'b' }]));
    expect(new Set(column(db, 'SELECT Id FROM Account')).size).toBe(3);
  });
});

describe('savepoint', () => {
  it('undoes inserts, updates and deletes as if they had never been', () => {
    const db = createDatabase();
    const [first, second] = idsOf(
      csv(db, 'insert', 'Account', [
        { Name: 'a', External_Id__c: '1', Phone: '1' },
        { Name: 'b', External_Id__c: '2' },
      ]),
    );
    const before = [...db.scan('Account')];
    const undo = db.savepoint();
    idsOf(csv(db, 'update', 'Account', [{ Id: first, External_Id__c: '3', Phone: '#N/A' }]));
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'c', External_Id__c: '1', Site: 's' }]));
    idsOf(csv(db, 'delete', 'Account', [{ Id: second }]));
    idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'd' }]));
    undo();
    expect([...db.scan('Account')]).toEqual(before);
    expect(column(db, 'SELECT Id FROM Contact')).toEqual([]);
    const [result] = csv(db, 'upsert:External_Id__c', 'Account', [{ External_Id__c: '1', Name: 'z' }]);
    expect(result).toMatchObject({ id: first, created: false });
    expect(idsOf(csv(db, 'upsert:External_Id__c', 'Account', [{ External_Id__c: '2', Name: 'z' }]))).toEqual([
      second,
    ]);
  });

  it('undoes changes of one record from the last to the first', () => {
    const db = createDatabase();
    const [Id] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'a', External_Id__c: '1' }]));
    const undo = db.savepoint();
    for (const key of ['2', '3']) idsOf(csv(db, 'update', 'Account', [{ Id, External_Id__c: key }]));
    undo();
    expect(column(db, "SELECT Id FROM Account WHERE External_Id__c = '1'")).toEqual([Id]);
  });

  it('lapses with the turn, so that nothing is remembered for longer', async () => {
    const undo = createDatabase().savepoint();
    await Promise.resolve();
    expect(undo).toThrow('This savepoint has lapsed');
  });
});
