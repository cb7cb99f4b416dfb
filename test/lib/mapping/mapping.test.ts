import { describe, expect, it } from 'vitest';

import { InputError, UsageError } from '../../../src/lib/errors.js';
import { applyMapping, combineMappings, parseMapRules } from '../../../src/lib/mapping/mapping.js';
import { parseSdl } from '../../../src/lib/mapping/sdl.js';

const header = ['First Name', 'Mail', 'Extra'];

function map(...rules: string[]): unknown {
  return applyMapping(parseMapRules(rules), header, 'in.csv');
}

describe('parseMapRules and applyMapping', () => {
  it('renames columns in any case and keeps the others', () => {
    expect(map('first name=FirstName', 'MAIL=Email')).toEqual([
      { name: 'FirstName', index: 0 },
      { name: 'Email', index: 1 },
      { name: 'Extra', index: 2 },
    ]);
  });

  it('sends one column to several fields, and none with an empty rule', () => {
    expect(map('Mail=Email, Backup__c', 'Extra=')).toEqual([
      { name: 'First Name', index: 0 },
      { name: 'Email', index: 1 },
      { name: 'Backup__c', index: 1 },
    ]);
  });

  it('adds constants at the end', () => {
    expect(map('"Web, 2025"=LeadSource', 'Extra=')).toEqual([
      { name: 'First Name', index: 0 },
      { name: 'Mail', index: 1 },
      { name: 'LeadSource', constant: 'Web, 2025' },
    ]);
  });

  it('takes equal signs in the name of a column', () => {
    expect(applyMapping(parseMapRules(['a=b=Name']), ['A=B'], 'in.csv')).toEqual([
      { name: 'Name', index: 0 },
    ]);
  });

  it.each(['Mail', '=Email', ''])('refuses the rule "%s"', (rule) => {
    expect(() => parseMapRules([rule])).toThrow(UsageError);
  });

  it('refuses columns that the input does not have, all at once', () => {
    const failing = (): unknown => map('Nope=A', 'Mail=Email', 'Nada=B');
    expect(failing).toThrow(InputError);
    expect(failing).toThrow(/column Nope: .*\n.*column Nada: /);
  });

  it('refuses two columns for one field', () => {
    expect(() => map('Mail=extra')).toThrow(
      'in.csv, header, column Extra: Two columns would go to this field',
    );
  });
});

describe('combineMappings', () => {
  it('lets the later rules win, column by column', () => {
    const base = parseSdl('Mail=Email\nExtra=Description\n"x"=LeadSource', { file: 'a.sdl' });
    const mapping = combineMappings(base, parseMapRules(['mail=Backup__c']));
    expect(applyMapping(mapping, header, 'in.csv')).toEqual([
      { name: 'Backup__c', index: 1 },
      { name: 'Description', index: 2 },
      { name: 'LeadSource', constant: 'x' },
    ]);
  });
});

describe('parseSdl', () => {
  it('reads a Data Loader mapping: mapped columns only, passing over those that are not there', () => {
    const text =
      '#Mapping values\n#Tue Nov 25\nFirst\\ Name=FirstName\nMAIL=Email,Backup__c\nOld=Gone\nExtra=\n"x\\ y"=A, B\n';
    expect(applyMapping(parseSdl(text, { file: 'a.sdl' }), header, 'in.csv')).toEqual([
      { name: 'FirstName', index: 0 },
      { name: 'Email', index: 1 },
      { name: 'Backup__c', index: 1 },
      { name: 'A', constant: 'x y' },
      { name: 'B', constant: 'x y' },
    ]);
  });

  it.each([
    ['Owner\\:Username', 'Owner.Username'],
    ['Owner:Username', 'Owner.Username'],
    ['Account\\:Account-Ext__c', 'Account:Account.Ext__c'],
    ['Who:Lead-Email', 'Lead:Who.Email'],
    ['Lead:Who.Email', 'Lead:Who.Email'],
    ['Account.Ext__c', 'Account.Ext__c'],
  ])('writes the parent field %s as %s', (field, expected) => {
    const { rules } = parseSdl(`C=${field}`, { file: 'a.sdl' });
    expect(rules).toEqual([{ from: { column: 'C' }, fields: [expected] }]);
  });

  it.each([
    [
      'First Name=FirstName',
      "a.sdl: Line 1: spaces, colons and equal signs in a column's name need a backslash",
    ],
    ['# x\nA,B=Name', 'a.sdl: Line 2 joins several columns into one field'],
  ])('refuses %j, which means something else than it seems', (text, message) => {
    expect(() => parseSdl(text, { file: 'a.sdl' })).toThrow(message);
  });
});
