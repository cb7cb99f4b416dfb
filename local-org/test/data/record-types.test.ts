import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { idsOf, csv, queryError, rowError, rows } from './support.ts';

const recordTypes = [
  { SobjectType: 'Account', DeveloperName: 'Partner', Name: 'Business partner' },
  { SobjectType: 'Account', DeveloperName: 'Partner', NamespacePrefix: 'acme' },
  { SobjectType: 'Account', DeveloperName: 'Old', IsActive: false },
  { SobjectType: 'Case', DeveloperName: 'Support' },
];
const withTypes = () => createDatabase({ recordTypes });

function typeId(db: ReturnType<typeof withTypes>, developerName: string): string {
  const found = rows(db, `SELECT Id FROM RecordType WHERE DeveloperName = '${developerName}'`);
  return String(found[0]?.[0]);
}

describe('record types', () => {
  it('are records of RecordType, of one object each, told apart by name and namespace', () => {
    const soql = "SELECT DeveloperName, NamespacePrefix, Name FROM RecordType WHERE SobjectType = 'Account'";
    expect(rows(withTypes(), soql)).toEqual([
      ['Partner', null, 'Business partner'],
      ['Partner', 'acme', 'Partner'],
      ['Old', null, 'Old'],
    ]);
  });

  it('give their object RecordTypeId, which others do not have', () => {
    expect(queryError(withTypes(), 'SELECT RecordTypeId FROM Contact').code).toBe('INVALID_FIELD');
    expect(queryError(createDatabase(), 'SELECT RecordTypeId FROM Account').code).toBe('INVALID_FIELD');
    expect(withTypes().describe('Account').fields.at(-7)?.name).toBe('RecordTypeId');
  });

  it('are in recordTypeInfos of describe, with Master and without their namespace', () => {
    const db = withTypes();
    const infos = db.describe('Account').recordTypeInfos as Array<Record<string, unknown>>;
    expect(infos.map(({ developerName, available, master }) => [developerName, available, master])).toEqual([
      ['Partner', true, false],
      ['Partner', true, false],
      ['Old', false, false],
      ['Master', true, true],
    ]);
    expect(infos[0]?.recordTypeId).toBe(typeId(db, 'Partner'));
    expect(db.describe('Contact').recordTypeInfos).toEqual([]);
  });

  it('are found by the relationship RecordType of a record', () => {
    const db = withTypes();
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'Acme', RecordTypeId: typeId(db, 'Partner') }]));
    expect(rows(db, 'SELECT RecordType.Name FROM Account')).toEqual([['Business partner']]);
  });

  it('of another object, or inactive ones, are refused', () => {
    const db = withTypes();
    for (const name of ['Old', 'Support']) {
      const id = typeId(db, name);
      expect(rowError(db, 'insert', 'Account', { Name: 'A', RecordTypeId: id })).toBe(
        `INVALID_CROSS_REFERENCE_KEY:Record Type ID: this ID value isn't valid for the user: ${id}:RecordTypeId --`,
      );
    }
  });
});
