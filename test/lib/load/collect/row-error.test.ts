import { expect, it } from 'vitest';
import { isTransient, parseRowError } from '../../../../src/lib/load/collect/row-error.js';

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
