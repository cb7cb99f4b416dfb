import { expect, test } from 'vitest';
import { canResume } from '../../../../src/cli/advice.js';
import { exitCodeOf } from '../../../../src/cli/exit-codes.js';
import { copyRest, refusalOf } from '../../../../src/lib/copy/model/errors.js';
import type { CopyWork } from '../../../../src/lib/copy/model/work.js';
import type { CopyPlan } from '../../../../src/lib/run/copy-record.js';
import { Bulk2Error, InputError, UsageError } from '../../../../src/lib/errors.js';

const step = { object: 'Contact', kind: 'load', level: 0 } as const;
const wide = new InputError([{ code: 'TOO_LONG', column: 'Notes__c', message: 'It is too long.' }]);
const full = new UsageError("Can't write to the folder results.", { actions: ['Make room there.'] });
const planOf = (file: { isNumbered: true } | undefined) =>
  ({ objects: [{ object: 'Contact', file }], resultsDir: 'results' }) as unknown as CopyPlan;
const after = (...types: string[]) =>
  ({
    runId: 'RUN',
    journal: { plan: planOf(undefined), records: types.map((type) => ({ type })) },
  }) as unknown as CopyWork;

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

test('what refuses a later one says how a new copy knows what was loaded, unless that has numbers only', () => {
  const told = refusalOf(step, wide, after('agreed', 'loading', 'mapped')) as Bulk2Error;
  expect(told.actions).toEqual([
    'Fix these records in the source, or leave them out in the plan. Then end this copy: sf bulk2 job abort --id RUN',
    'Then copy again what is not in the target yet, with --known-ids results: nothing is created twice.',
  ]);
  expect(copyRest(planOf({ isNumbered: true }))).toBe('Then copy again what is not in the target yet.');
});

test('any other error stays what it is', () => {
  const other = new Error('The network is gone.');
  expect(refusalOf(step, other, after('loading'))).toBe(other);
});
