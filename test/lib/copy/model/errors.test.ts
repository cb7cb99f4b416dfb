import { expect, test } from 'vitest';
import { canResume } from '../../../../src/cli/advice.js';
import { exitCodeOf } from '../../../../src/cli/exit-codes.js';
import { refusalOf } from '../../../../src/lib/copy/model/errors.js';
import type { CopyWork } from '../../../../src/lib/copy/model/work.js';
import { Bulk2Error, InputError, UsageError } from '../../../../src/lib/errors.js';

const step = { object: 'Contact', kind: 'load', level: 0 } as const;
const wide = new InputError([{ code: 'TOO_LONG', column: 'Notes__c', message: 'It is too long.' }]);
const full = new UsageError("Can't write to the folder results.", { actions: ['Make room there.'] });
const after = (...types: string[]) =>
  ({ runId: 'RUN', journal: { records: types.map((type) => ({ type })) } }) as unknown as CopyWork;

test.each([wide, full])(
  'what refuses the first step of a copy ends with 2: nothing was sent (%#)',
  (cause) => {
    expect(exitCodeOf(refusalOf(step, cause, after('agreed')))).toBe(2);
  },
);

test.each([
  [
    wide,
    "Records of Contact can't be loaded: Notes__c: It is too long.",
    'sf bulk2 job abort --id RUN',
    false,
  ],
  [full, "Can't write to the folder results.", 'Make room there.', true],
])(
  'what refuses a later one ends with 1, and says what to do (%#)',
  (cause, message, action, isResumable) => {
    const told = refusalOf(step, cause, after('agreed', 'loading', 'mapped')) as Bulk2Error;
    expect(exitCodeOf(told)).toBe(1);
    expect(told.message).toContain(message);
    expect(told.actions.join()).toContain(action);
    expect(canResume(told, true)).toBe(isResumable);
  },
);

test('any other error stays what it is', () => {
  const other = new Error('The network is gone.');
  expect(refusalOf(step, other, after('loading'))).toBe(other);
});
