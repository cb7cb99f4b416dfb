import { expect, it } from 'vitest';
import {
  messagePattern,
  withoutNumbers,
  isTransient,
  parseRowError,
} from '../../../../src/lib/load/model/error-message.js';

it.each([
  [
    'unable to obtain exclusive access to this record or 200 records: 0015g00000abcDEAAY,0015g00000abcDFAAY',
    'unable to obtain exclusive access to this record or … records: …',
  ],
  [
    'duplicate value found: Ext__c duplicates value on record with id: 006ak000005hvjJ',
    'duplicate value found: Ext__c duplicates value on record with id: …',
  ],
  ['Duplicate external id specified: Alpha, Beta', 'Duplicate external id specified: …'],
  [
    'Foreign key external ID: north not found for field Region__c in entity Contact',
    'Foreign key external ID: … not found for field Region__c in entity Contact',
  ],
  ['bad value for restricted picklist field: Not There', 'bad value for restricted picklist field: …'],
  [
    "Due to, 'blue' is not a valid value for the type xsd:double",
    "Due to, '…' is not a valid value for the type xsd:double",
  ],
  ['Required fields are missing: [Line2__c, Name]', 'Required fields are missing: [Line2__c, Name]'],
  ["This account can't be changed, it isn't yours", "This account can't be changed, it isn't yours"],
  ['Use one of these records?', 'Use one of these records?'],
])('of %s is %s', (message, pattern) => {
  expect(messagePattern(message)).toBe(pattern);
});

it('replaces whole words with digits, dates and addresses', () => {
  expect(withoutNumbers('due 2024-05-01T10:30:00+02:00, by me2@here.org: 3.5 of a-1 (x)')).toBe(
    'due …, by …: … of … (x)',
  );
  expect(withoutNumbers('Größe9 at col:3')).toBe('… at col:…');
  expect(withoutNumbers('no digits at all')).toBe('no digits at all');
});

it.each([
  [
    'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
    ['REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]', ['Name']],
  ],
  [
    "INVALID_FIELD:Failed to deserialize field at col 3. Due to, '2003-04-98' is not a valid value for the type xsd:date:CloseDate --",
    [
      'INVALID_FIELD',
      "Failed to deserialize field at col 3. Due to, '2003-04-98' is not a valid value for the type xsd:date",
      ['CloseDate'],
    ],
  ],
  ['ENTITY_IS_DELETED:entity is deleted:--', ['ENTITY_IS_DELETED', 'entity is deleted', []]],
  [
    'FIELD_CUSTOM_VALIDATION_EXCEPTION:End: after start:Start__c,End__c --',
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'End: after start', ['Start__c', 'End__c']],
  ],
  ['NOT_SENT: Count__c: not a number', ['NOT_SENT', 'Count__c: not a number', []]],
  ['DUPLICATE_VALUE:no tail', ['DUPLICATE_VALUE', 'no tail', []]],
  ['something odd', ['UNKNOWN_ERROR', 'something odd', []]],
  ['', ['UNKNOWN_ERROR', '', []]],
])('reads %s', (text, [code, message, fields]) => {
  expect(parseRowError(text)).toEqual({ code, message, fields });
});

it('knows the failures that can pass by themselves', () => {
  expect(isTransient('UNABLE_TO_LOCK_ROW')).toBe(true);
  expect(isTransient('TooManyLockFailure')).toBe(true);
  expect(isTransient('REQUEST_LIMIT_EXCEEDED')).toBe(true);
  expect(isTransient('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'Trigger: UNABLE_TO_LOCK_ROW, 001')).toBe(true);
  expect(isTransient('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'Trigger: null pointer')).toBe(false);
  expect(isTransient('REQUIRED_FIELD_MISSING')).toBe(false);
});
