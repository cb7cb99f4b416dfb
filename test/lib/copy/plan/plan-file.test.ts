import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';

const plan = (text: string) => parsePlanFile(text, 'plan.yaml');

function problemsOf(text: string): readonly string[] {
  try {
    plan(text);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).data.problems as string[];
  }
}

test('a plan in YAML is read', () => {
  expect(
    plan(`
version: 1
missing: hold
objects:
  - object: Account
    where: WHERE Industry = 'Energy'
    key: ERP_Id__c     # unique
    except: [Fax]
  - object: Contact
    within: AccountId
    set: { Legacy_Id__c: "\${Id}", Level__c: 1.50 }
    lookups: { ReportsToId: { missing: clear } }
`),
  ).toEqual({
    missing: 'hold',
    objects: [
      { object: 'Account', where: "Industry = 'Energy'", key: ['ERP_Id__c'], except: ['Fax'] },
      {
        object: 'Contact',
        within: ['AccountId'],
        set: { Legacy_Id__c: '${Id}', Level__c: '1.50' },
        lookups: { ReportsToId: { missing: 'clear' } },
      },
    ],
  });
});

test('a plan in JSON is read', () => {
  expect(plan('{ "version": 1, "objects": [{ "object": "Account", "operation": "insert" }] }')).toEqual({
    objects: [{ object: 'Account', operation: 'insert' }],
  });
});

test('an unknown key is refused, with its place and the key that was meant', () => {
  expect(problemsOf('version: 1\nobjects:\n  - object: Account\n    wher: Name != null\n')).toEqual([
    'plan.yaml, line 4, column 5: "wher" isn\'t a key of an object. Did you mean "where"?',
  ]);
});

test('all that is wrong is told at once, in the order of the file', () => {
  expect(
    problemsOf(`version: 2
missing: clean
objects:
  - within: Account Id
  - object: Account
    where: [1]
    set: { Name: }
  - object: account
`),
  ).toEqual([
    'plan.yaml, line 1, column 10: This version of the command reads plans of version 1.',
    'plan.yaml, line 2, column 10: This has to be one of clear, hold, fail. Did you mean "clear"?',
    'plan.yaml, line 4, column 5: "object" is missing in an object.',
    'plan.yaml, line 6, column 12: This has to be a text.',
    'plan.yaml, line 7, column 12: "Name" has no value.',
    'plan.yaml, line 8, column 5: account is in the plan twice.',
  ]);
});

test.each([
  ['', 'Here have to be the keys of a plan.'],
  ['- Account', 'Here have to be the keys of a plan.'],
  ['version: 1', '"objects" is missing in a plan.'],
  ['version: 1\nobjects: []', '"objects" takes a list.'],
  ['version: 1\nversion: 1\nobjects: []', 'Map keys must be unique'],
  ['{ "version": 1, ', 'Flow map'],
])('%j is refused', (text, message) => {
  expect(problemsOf(text).join()).toContain(message);
});

test('the keys that a plan may have are those of its schema', async () => {
  const path = join(import.meta.dirname, '../../../../schemas/copy-plan.json');
  const schema = JSON.parse(await readFile(path, 'utf8')) as {
    properties: object;
    definitions: { object: { properties: object } };
  };
  const empty = (keys: object) => Object.fromEntries(Object.keys(keys).map((key) => [key, null]));
  const problems = problemsOf(
    JSON.stringify({
      ...empty(schema.properties),
      version: 1,
      objects: [empty(schema.definitions.object.properties)],
    }),
  );
  expect(problems.filter((text) => text.includes("isn't a key"))).toEqual([]);
  expect(
    problemsOf('{"x":1,"objects":[{"y":1}]}').filter((text) => text.includes("isn't a key")),
  ).toHaveLength(2);
});

test('a key at another level is refused, and it is said where it goes', () => {
  const problems = problemsOf(`version: 1
match: Username
objects:
  - object: Account
    missing: hold
    owners: { else: me, match: Username, key: Name }
    lookups: { ParentId: { where: x } }
    by: Name
  - object: Contact
    wher: x`);
  expect(problems.map((text) => text.replace(/^.*?: /, ''))).toEqual([
    '"match" isn\'t a key of a plan. It goes to "owners": owners: { match: Username, else: me }.',
    '"missing" isn\'t a key of an object. It goes to the top of the plan, for all lookups, or to one lookup of an object: lookups: { FIELD: { missing: hold } }.',
    '"owners" isn\'t a key of an object. It goes to the top of the plan, beside "objects".',
    '"where" isn\'t a key of a lookup. It is a key of an object: put it below "objects", beside "object".',
    '"by" isn\'t a key of an object. It goes to a lookup of an object: lookups: { FIELD: { of: OBJECT, by: FIELD } }.',
    '"wher" isn\'t a key of an object. Did you mean "where"?',
  ]);
});

test('what would be ignored, or undone, is refused', () => {
  expect(
    problemsOf(`version: 1
objects:
  - object: Account
    map: { City: BillingCity }
  - object: Contact
    where: ' '
    except: [Fax]
    set: { fax: none }
  - object: Case
    where: Status = 'New' ORDER BY CreatedDate LIMIT 10
  - object: Task
    where: Subject = 'LIMIT' AND WhatId IN (SELECT Id FROM Account LIMIT 5)
`),
  ).toEqual([
    'plan.yaml, line 4, column 10: "map" says what columns of files set: it needs "file". From an org, use "set".',
    'plan.yaml, line 6, column 12: "where" has no condition. Leave it out to copy all records.',
    'plan.yaml, line 8, column 12: fax is in "except" and in "set": it is left out, or it is set.',
    'plan.yaml, line 10, column 12: "where" takes a condition alone, and this has ORDER BY behind it.',
  ]);
});

test('a second document in the file is refused', () => {
  expect(problemsOf('version: 1\nobjects: [{ object: Account }]\n---\nversion: 1\n')).toEqual([
    'plan.yaml, line 3, column 1: Another document begins here: a plan is one document, without a line "---" in it.',
  ]);
});
