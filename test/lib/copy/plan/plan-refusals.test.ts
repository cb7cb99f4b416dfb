import { expect, test } from 'vitest';
import { parsePlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { failureOf } from '../../../support/failure-of.ts';

/** What is refused in an object, whose first key is in line 4. */
async function problemsOf(...lines: string[]): Promise<string> {
  const text = ['version: 1', 'objects:', '  - object: Account', ...lines.map((line) => `    ${line}`)];
  const parsed = Promise.resolve().then(() => parsePlanFile(text.join('\n'), 'p.yaml'));
  return (await failureOf(parsed)).message;
}

test.each([
  ...['where', 'within', 'fields', 'except', 'operation', 'key', 'set', 'values', 'mask'],
  ...['lookups', 'file', 'object'],
])('an alias of nothing is refused as the value of %s', async (key) => {
  expect(await problemsOf(`${key}: *gone`)).toContain(
    `p.yaml, line 4, column ${key.length + 7}: No anchor &gone comes before this *gone.`,
  );
});

test.each([
  ['an item', 'key: [Name, *gone]', 17],
  ['a value of a field', 'set: { Site: *gone }', 18],
  ['a replacement', 'values: { Site: { a: *gone } }', 26],
  ['a key', 'values: { Site: { *gone : b } }', 23],
  ['what is merged', '<<: *gone', 9],
])('an alias of nothing is refused as %s', async (_, line, column) => {
  expect(await problemsOf(line)).toContain(`line 4, column ${column}: No anchor &gone comes before`);
});

test('an alias of nothing is refused in place of the objects', async () => {
  const parsed = Promise.resolve().then(() => parsePlanFile('version: 1\nobjects: *gone', 'p.yaml'));
  expect((await failureOf(parsed)).message).toBe(
    'p.yaml, line 2, column 10: No anchor &gone comes before this *gone.',
  );
});

test('an alias within its own anchor is refused', async () => {
  expect(await problemsOf('key: &key [Name, *key]')).toContain(
    'line 4, column 22: This has to be an API name.',
  );
});

test('an alias of what comes before it is read', () => {
  const plan = parsePlanFile(
    'version: 1\nobjects:\n  - { object: Account, key: &key [Name, Site] }\n  - { object: Contact, fields: *key }',
    'p.yaml',
  );
  expect(plan.objects[1]).toEqual({ object: 'Contact', fields: ['Name', 'Site'] });
});

test.each(['key', 'within', 'fields', 'except', 'file'])('an empty list is refused as %s', async (key) => {
  expect(await problemsOf(`${key}: []`)).toBe(
    `p.yaml, line 4, column ${key.length + 7}: This list is empty. Leave its key out, or name something.`,
  );
});

test.each([
  ['mask: { Phone: clear, phone: phone }', 27, 'phone is here twice: case makes no difference.'],
  ['set: { Site: a, site: b }', 21, 'site is here twice: case makes no difference.'],
  ['values: { Site: { a: b }, SITE: { c: d } }', 31, 'SITE is here twice: case makes no difference.'],
  ['lookups: { ParentId: { missing: clear }, parentid: { missing: fail } }', 46, 'parentid is here twice'],
  ['values: { Site: { 1: a, "1": b } }', 29, '"1" is here twice.'],
])('of two keys that are the same none wins: %s', async (line, column, message) => {
  expect(await problemsOf(line)).toContain(`line 4, column ${column}: ${message}`);
});

test.each(['${Account.Name}', '${Name', '${}', '${ a b }', '${${Name}}'])(
  'the template %s names no field, and is refused',
  async (template) => {
    const message = await problemsOf(`set: { Site: 'x ${template} y' }`);
    expect(message).toContain('p.yaml, line 4, column 18: "${');
    expect(message).toContain("names no field: write the API name of one of the record's own fields");
  },
);

test('dollars and braces that begin no field are sent as they are', () => {
  const text = "version: 1\nobjects:\n  - object: Account\n    set: { Site: '$5 {x} $${ Name }' }";
  expect(parsePlanFile(text, 'p.yaml').objects[0]?.set).toEqual({ Site: '$5 {x} $${ Name }' });
});

test('what #N/A in files is needs files', async () => {
  expect(await problemsOf('nullMark: hold')).toContain(
    '"nullMark" says what #N/A in files is: it needs "file".',
  );
});
