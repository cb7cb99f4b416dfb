import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OrgError } from '../../contracts.ts';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, queryError, rows } from './support.ts';

const db = createDatabase();
const folder = mkdtempSync(join(tmpdir(), 'local-org-schema-'));

afterAll(() => rmSync(folder, { recursive: true }));

function schemaFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('describe', () => {
  it('finds an object in any case and answers in its own', () => {
    expect(db.describe('shipment__C').name).toBe('Shipment__c');
  });

  it('says 404 NOT_FOUND for an object that is unknown', () => {
    expect(() => db.describe('ScratchOrgInfo')).toThrow(
      expect.objectContaining({ errorCode: 'NOT_FOUND', status: 404 } satisfies Partial<OrgError>),
    );
    expect(db.find('ScratchOrgInfo')).toBeUndefined();
  });

  it.each(db.objects.map((object) => [object.name, object] as const))(
    'of %s is whole and consistent',
    (_, object) => {
      const names = object.fields.map(({ name }) => name);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      expect(names).toEqual(
        expect.arrayContaining(['Id', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp']),
      );
      expect(object.keyPrefix).toHaveLength(3);
      for (const field of object.fields) {
        expect(typeof field.label, field.name).toBe('string');
        expect(typeof field.createable, field.name).toBe('boolean');
        expect(field.polymorphicForeignKey, field.name).toBe(field.referenceTo.length > 1);
        expect(field.type === 'reference', field.name).toBe(field.referenceTo.length > 0);
        if (field.custom) expect(field.name).toMatch(/__[cs]$/);
        if (field.externalId) expect(field.idLookup, field.name).toBe(true);
      }
    },
  );

  it('gives no two objects the same key prefix', () => {
    const prefixes = db.objects.map(({ keyPrefix }) => keyPrefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('marks what an insert needs: createable, not nillable, not defaulted', () => {
    const required = (object: string): string[] =>
      db
        .describe(object)
        .fields.filter((field) => field.createable && !field.nillable && !field.defaultedOnCreate)
        .map(({ name }) => name);
    expect(required('Account')).toEqual(['Name']);
    expect(required('Lead')).toEqual(['LastName', 'Company']);
    expect(required('Opportunity')).toEqual(['Name', 'StageName', 'CloseDate']);
  });
});

describe('a field', () => {
  it.each([
    ['Account', 'Name', 'Account Name'],
    ['Account', 'Phone', 'Account Phone'],
    ['Account', 'Id', 'Account ID'],
    ['Account', 'BillingState', 'Billing State/Province'],
    ['Contact', 'Phone', 'Business Phone'],
    ['Opportunity', 'Probability', 'Probability (%)'],
    ['Case', 'IsClosed', 'Closed'],
    ['Shipment__c', 'Id', 'Record ID'],
    ['Shipment__c', 'Ship_Date__c', 'Ship Date'],
  ])('has the label that people see, which is not its name: %s.%s is "%s"', (object, name, label) => {
    expect(db.describe(object).fields.find((field) => field.name === name)?.label).toBe(label);
  });

  it('of Account may be JigsawCompanyId, text that nobody writes, or Jigsaw, which people may', () => {
    const field = (name: string) => db.describe('Account').fields.find((one) => one.name === name);
    const text = { type: 'string', length: 20, referenceTo: [] };
    expect(field('JigsawCompanyId')).toMatchObject({ ...text, createable: false, updateable: false });
    expect(field('Jigsaw')).toMatchObject({ ...text, createable: true, label: 'Data.com Key' });
  });

  it('says in describe whether it can be filtered on; SystemModstamp of some objects cannot', () => {
    const filterable = (object: string, name: string): unknown =>
      strict.describe(object).fields.find((field) => field.name === name)?.filterable;
    const strict = createDatabase({ quirks: { unfilterableModstamps: ['Contact'] } });
    expect(filterable('Account', 'SystemModstamp')).toBe(true);
    expect(filterable('Account', 'Description')).toBe(false);
    expect(filterable('Contact', 'SystemModstamp')).toBe(false);
    const since = 'WHERE SystemModstamp >= 2026-01-01T00:00:00Z';
    expect(rows(strict, `SELECT Id FROM Account ${since}`)).toEqual([]);
    for (const bulk of [true, false]) {
      expect(queryError(strict, `SELECT Id FROM Contact ${since}`, { bulk })).toEqual({
        code: 'INVALID_FIELD',
        message: expect.stringMatching(
          /ERROR at Row:1:Column:30\nfield 'SystemModstamp' can not be filtered in a query call$/,
        ) as string,
      });
    }
  });
});

describe('a schema file', () => {
  const gadget = {
    name: 'Gadget__c',
    keyPrefix: 'a9Z',
    fields: [
      { name: 'Name', type: 'string' },
      { name: 'Code__c', type: 'string', externalId: true, unique: true },
      {
        name: 'Owner_Account__c',
        type: 'reference',
        referenceTo: ['Account'],
        relationshipName: 'Owner_Account__r',
      },
    ],
  };

  it('adds an object that can then be saved and queried', () => {
    const own = createDatabase({ schemaFiles: [schemaFile('gadget.json', gadget)] });
    const [id] = idsOf(csv(own, 'insert', 'gadget__c', [{ Name: 'One', Code__c: 'g1' }]));
    expect(id).toMatch(/^a9Z/);
    expect(rows(own, 'SELECT Name, Code__c, IsDeleted, CreatedBy.Name FROM Gadget__c')).toEqual([
      ['One', 'g1', false, 'Ada Admin'],
    ]);
  });

  it('may be a whole describe result as an org gives it, or a list of them', () => {
    const whole = createDatabase({ schemaFiles: [schemaFile('gadget.json', gadget)] }).describe('Gadget__c');
    const again = createDatabase({ schemaFiles: [schemaFile('list.json', [whole])] });
    expect(again.describe('Gadget__c')).toEqual(whole);
  });

  it('may take the place of the user’s object, without saying again what it is', () => {
    const own = createDatabase({
      schemaFiles: [schemaFile('user.json', { ...db.describe('User'), name: 'User', label: 'Person' })],
    });
    idsOf(csv(own, 'insert', 'Account', [{ Name: 'a' }]));
    expect(rows(own, 'SELECT Owner.Name FROM Account')).toEqual([['Ada Admin']]);
    expect(own.describe('User').label).toBe('Person');
  });

  it('may name an object of a namespace, as a polymorphic parent too', () => {
    const thing = { ...gadget, name: 'ns__Gadget__c' };
    const pointer = {
      name: 'Pointer__c',
      fields: [
        {
          name: 'What__c',
          type: 'reference',
          referenceTo: ['Account', 'ns__Gadget__c'],
          relationshipName: 'What__r',
        },
      ],
    };
    const own = createDatabase({ schemaFiles: [schemaFile('ns.json', [thing, pointer])] });
    const [id] = idsOf(csv(own, 'insert', 'ns__Gadget__c', [{ Name: 'One', Code__c: 'g1' }]));
    idsOf(csv(own, 'insert', 'Pointer__c', [{ 'ns__Gadget__c:What__r.Code__c': 'g1' }]));
    expect(rows(own, 'SELECT What__c FROM Pointer__c')).toEqual([[id]]);
  });

  it('takes the place of a built-in object of the same name', () => {
    const file = schemaFile('account.json', { ...gadget, name: 'Account', keyPrefix: '001' });
    expect(createDatabase({ schemaFiles: [file] }).describe('Account').fields).toHaveLength(10);
  });
});

describe('a new org', () => {
  it('has one Organization, which sf reads on login', () => {
    const soql =
      'SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization';
    expect(rows(db, soql)).toEqual([['Local Org', 'LOCAL', false, null, null, 'Developer Edition']]);
  });

  it('has one user, who owns and creates all new records', () => {
    const [user] = [...db.scan('User')];
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'Mine' }]));
    expect(
      rows(db, "SELECT OwnerId, CreatedById, LastModifiedById FROM Account WHERE Name = 'Mine'"),
    ).toEqual([[user?.Id, user?.Id, user?.Id]]);
  });
});
