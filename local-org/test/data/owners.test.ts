import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, rowError, rows } from './support.ts';

function withOwners() {
  const db = createDatabase();
  db.load('User', [
    { Username: 'ann@acme.example', LastName: 'Ann', IsActive: true },
    { Username: 'bob@acme.example', LastName: 'Bob', IsActive: false },
  ]);
  db.load('Group', [
    { Name: 'Support', DeveloperName: 'Support', Type: 'Queue' },
    { Name: 'Support', DeveloperName: 'Support', Type: 'Regular' },
  ]);
  const id = (soql: string): string => String(rows(db, soql)[0]?.[0]);
  return {
    db,
    ann: id("SELECT Id FROM User WHERE LastName = 'Ann'"),
    bob: id("SELECT Id FROM User WHERE LastName = 'Bob'"),
    queue: id("SELECT Id FROM Group WHERE Type = 'Queue'"),
    group: id("SELECT Id FROM Group WHERE Type = 'Regular'"),
  };
}

describe('owners', () => {
  it('are users or queues where the field refers to both', () => {
    const { db, ann, queue } = withOwners();
    idsOf(
      csv(db, 'insert', 'Case', [
        { Subject: 'a', OwnerId: ann },
        { Subject: 'b', OwnerId: queue },
      ]),
    );
    expect(rows(db, 'SELECT OwnerId FROM Case')).toEqual([[ann], [queue]]);
  });

  it('are whoever saves the record where none is given', () => {
    const { db } = withOwners();
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'Acme', OwnerId: '' }]));
    expect(rows(db, 'SELECT Owner.Username FROM Account')).toEqual([['admin@00dlo0000000001.example']]);
  });

  it('are active', () => {
    const { db, bob } = withOwners();
    expect(rowError(db, 'insert', 'Account', { Name: 'Acme', OwnerId: bob })).toBe(
      `INACTIVE_OWNER_OR_USER:operation performed with inactive user [${bob}] as owner of account:--`,
    );
  });

  it('are no public groups', () => {
    const { db, group } = withOwners();
    expect(rowError(db, 'insert', 'Case', { Subject: 'a', OwnerId: group })).toBe(
      'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:OwnerId --',
    );
  });

  it('are no queues where the field refers to users only', () => {
    const { db, queue } = withOwners();
    expect(rowError(db, 'insert', 'Account', { Name: 'Acme', OwnerId: queue })).toContain('MALFORMED_ID');
  });

  it('in a sandbox have its name behind their own', () => {
    const db = createDatabase({ sandbox: 'dev1' });
    expect(rows(db, 'SELECT IsSandbox FROM Organization')).toEqual([[true]]);
    expect(rows(db, 'SELECT Username FROM User')).toEqual([['admin@00dlo0000000001.example.dev1']]);
    expect(rows(createDatabase(), 'SELECT IsSandbox FROM Organization')).toEqual([[false]]);
  });
});
