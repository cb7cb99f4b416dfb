import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maskingOf } from '../../../../src/lib/copy/mask/masking.js';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { resolvePlan, type PlanOrg } from '../../../../src/lib/copy/plan/resolve-plan.js';
import type { SObjectDescribe } from '../../../../src/lib/api/types.js';
import type { CopyMaskKey } from '../../../../src/lib/run/copy-mask.js';
import { follow, copyOrgs, failing, id, planOrg, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const secret = 'Schmidtberger';
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    Id: id('003', index),
    LastName: `${secret} "${'abcdefghijklmnopqrst'.charAt(index % 20)}", Jr.`,
    Email: `${secret}${index}@acme.example`,
    Phone: index === 0 ? null : `+49 ${secret} ${index}`,
    Title: 'Doctor',
  }));
const mask = { LastName: 'name', email: 'email', Phone: 'phone' } as const;
const contact: ObjectPlan = { object: 'Contact', fields: ['LastName', 'Email', 'Phone', 'Title'], mask };

/** Everything that is in a folder and below it. */
async function bytesIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return (await stat(path)).isFile() ? readFile(path, 'latin1') : '';
    }),
  );
  return texts.join('\n');
}

async function keyed(orgs: CopyOrgs, key: string): Promise<CopyMaskKey | undefined> {
  const keyFile = join(orgs.folder, 'key');
  await writeFile(keyFile, key);
  const { objects } = await orgs.plan({ objects: [contact] });
  return (await maskingOf(objects, { keyFile, source: planOrg(orgs.contexts.source) })).maskKey;
}

describe('masked values', () => {
  test('are all that is sent and all that is written, while records are exported, sent and left', async () => {
    const orgs = await copyOrgs({ Contact: people(60) }, { source: { queryPageRows: 7 } });
    await orgs.target.faults.add(failing('Title', ['Doctor']));
    const seen: string[] = [];
    const agree = async (): Promise<void> => {
      seen.push(await bytesIn(orgs.folder));
    };
    const plan = await orgs.plan({ objects: [contact] }, { isAgreed: false });
    await startCopy(plan, { ...follow(), agree }, orgs.contexts);
    seen.push(await bytesIn(orgs.folder));
    for (const text of seen) {
      expect(text).toContain('@example.invalid');
      expect(text).not.toContain(secret);
    }
    const exported = (await orgs.contexts.target.store.list()).map(({ records: [first] }) => first);
    expect(exported.find((each) => each?.type === 'export')?.plan).toMatchObject({ isPrivate: true });
    const [job] = await orgs.target.jobs();
    expect(job).toMatchObject({ processed: 60 });
  });

  test('are equal where the values were, empty where they were, and of the form of their field', async () => {
    const orgs = await copyOrgs({ Contact: people(60) });
    const status = await orgs.copy({ objects: [contact] });
    expect(status.totals.successful).toBe(60);
    const sent = await orgs.target.records('Contact');
    expect(new Set(sent.map(({ LastName }) => LastName)).size).toBe(20);
    expect(new Set(sent.map(({ Email }) => Email)).size).toBe(60);
    expect(sent.filter(({ Phone }) => Phone === null)).toHaveLength(1);
    expect(sent[5]).toMatchObject({
      LastName: expect.stringMatching(/^[A-Z][a-z]+ "[a-z]+", [A-Z][a-z]+\.$/) as unknown,
      Title: 'Doctor',
    });
  });

  test('are others in every copy, but with the same key the same', async () => {
    const orgs = await copyOrgs({ Contact: people(1) });
    const emailsOf = async (maskKey: CopyMaskKey | undefined, run: string) => {
      const more = { resultsDir: join(orgs.folder, run), ...(maskKey === undefined ? {} : { maskKey }) };
      await startCopy(await orgs.plan({ objects: [contact] }, more), follow(), orgs.contexts);
      return (await orgs.target.records('Contact')).at(-1)?.Email;
    };
    const key = await keyed(orgs, 'sixteen bytes at least');
    const [first, second] = [await emailsOf(undefined, 'a'), await emailsOf(undefined, 'b')];
    expect(first).not.toBe(second);
    expect(await emailsOf(key, 'c')).toBe(await emailsOf(key, 'd'));
  });

  test('are the same when an interrupted export is resumed', async () => {
    const orgs = await copyOrgs({ Contact: people(60) }, { source: { queryPageRows: 7 } });
    await orgs.source.faults.add({
      endpoint: 'query.results',
      nth: 4,
      count: 'always',
      action: { kind: 'answer', status: 400, body: '[{"errorCode":"X","message":"No."}]' },
    });
    const plan = await orgs.plan({ objects: [contact] });
    await failureOf(startCopy(plan, follow(), orgs.contexts));
    expect(await bytesIn(orgs.folder)).not.toContain(secret);
    await orgs.source.faults.clear();
    const [run] = (await orgs.contexts.target.store.list()).filter(
      ({ records: [first] }) => first?.type === 'copy',
    );
    await resumeCopy({ runId: run?.runId ?? '' }, follow(), orgs.contexts);
    const sent = await orgs.target.records('Contact');
    expect(new Set(sent.map(({ LastName }) => LastName)).size).toBe(20);
    expect(
      (await readdir(join(orgs.folder, 'state/runs'))).filter((name) => name.includes('mask-key')),
    ).toEqual([]);
  });

  test('are not made with a key that has changed since the copy began', async () => {
    const orgs = await copyOrgs({ Contact: people(3) });
    const maskKey = await keyed(orgs, 'sixteen bytes at least');
    await writeFile(join(orgs.folder, 'key'), 'another sixteen bytes');
    const plan = await orgs.plan({ objects: [contact] }, maskKey === undefined ? {} : { maskKey });
    const failure = await failureOf(startCopy(plan, follow(), orgs.contexts));
    expect(failure.message).toMatch(/^The key in .*key isn't the one that this copy began with\.$/);
    expect(await orgs.source.jobs()).toEqual([]);
  });
});

test('what is wrong with masks refuses the plan', async () => {
  const orgs = await copyOrgs({});
  const more = { ReportsToId: 'hash', Id: 'hash', Birthdate: 'text', Emial: 'email', Email: 'hash' } as const;
  const failure = await failureOf(
    orgs.copy({ objects: [{ object: 'Contact', mask: { ...more, LastName: 'clear' } }] }),
  );
  expect(failure.message.split('\n')).toEqual([
    "Contact: ReportsToId can't be masked: ids and lookups tell which records belong together.",
    "Contact: Id can't be masked: ids and lookups tell which records belong together.",
    'Contact: Birthdate can\'t be masked with "text": it isn\'t a text. Use "clear".',
    'Contact: the source has no field "Emial". Did you mean "Email".',
    'Contact: Email can\'t be masked with "hash": it takes addresses only. Use "email" or "clear".',
    'Contact: LastName can\'t be masked with "clear": it must have a value in the target.',
  ]);
});

test('a mask that would have no effect refuses the plan', async () => {
  const orgs = await copyOrgs({});
  await expect(
    orgs.copy({ objects: [{ object: 'Contact', fields: ['LastName'], mask: { Email: 'email' } }] }),
  ).rejects.toThrow("Email can't be masked, since it isn't copied");
  await expect(orgs.copy({ objects: [{ object: 'Contact', mask: { Name: 'name' } }] })).rejects.toThrow(
    'Mask FirstName and LastName instead',
  );
});

test.each([
  ['of persons by Name alone, which are sent in parts', { Name: 'name' }, true],
  ['of persons by parts, where the target has no persons', { LastName: 'name' }, false],
] as const)('names %s are refused', async (_, mask, personAccounts) => {
  const orgs = await copyOrgs({}, { source: { personAccounts: true }, target: { personAccounts } });
  await expect(orgs.plan({ objects: [{ object: 'Account', mask }] })).rejects.toThrow('mask');
});

describe('a masked key', () => {
  const keyedPlan = {
    ...contact,
    fields: ['External_Id__c', 'LastName'],
    key: ['External_Id__c'],
    mask: { External_Id__c: 'hash' },
  } as const;

  test('needs the same mask key every time', async () => {
    const orgs = await copyOrgs({});
    const { objects } = await orgs.plan({ objects: [keyedPlan] });
    const source = planOrg(orgs.contexts.source);
    const failure = await failureOf(maskingOf(objects, { keyFile: undefined, source }));
    expect(failure.message).toMatch(/^The key External_Id__c of Contact is masked/);
    await writeFile(join(orgs.folder, 'key'), 'short');
    const short = await failureOf(maskingOf(objects, { keyFile: join(orgs.folder, 'key'), source }));
    expect(short.message).toMatch(/has 5 bytes; it needs at least 16\.$/);
  });

  test('of several fields needs it too', async () => {
    const orgs = await copyOrgs({});
    const plan: ObjectPlan = {
      ...keyedPlan,
      key: ['LastName', 'External_Id__c'],
      mask: { LastName: 'name' },
    };
    const { objects } = await orgs.plan({ objects: [plan] });
    const failure = await failureOf(
      maskingOf(objects, { keyFile: undefined, source: planOrg(orgs.contexts.source) }),
    );
    expect(failure.message).toMatch(/^The key LastName of Contact is masked/);
  });

  test('finds its records again', async () => {
    const orgs = await copyOrgs({ Contact: people(5).map((each) => ({ ...each, External_Id__c: each.Id })) });
    const maskKey = await keyed(orgs, 'sixteen bytes at least');
    for (const run of ['a', 'b']) {
      const more = { resultsDir: join(orgs.folder, run), ...(maskKey === undefined ? {} : { maskKey }) };
      await startCopy(await orgs.plan({ objects: [keyedPlan] }, more), follow(), orgs.contexts);
    }
    expect(await orgs.target.records('Contact')).toHaveLength(5);
  });
});

describe('email and phone fields that are not masked', () => {
  test.each([
    ['Enterprise Edition', undefined, true],
    ['Enterprise Edition', 'dev1', undefined],
    ['Developer Edition', undefined, undefined],
  ])('(%s, sandbox %s) are those of real people: %s', async (edition, sandbox, expected) => {
    const orgs = await copyOrgs({}, { source: { edition, ...(sandbox === undefined ? {} : { sandbox }) } });
    const { objects } = await orgs.plan({ objects: [{ ...contact, mask: { Phone: 'phone' } }] });
    expect(objects[0]?.unmasked).toEqual(['Email']);
    const source = planOrg(orgs.contexts.source);
    expect((await maskingOf(objects, { keyFile: undefined, source })).isFromProduction).toBe(expected);
  });
});

test('a template reads no name of a person whose parts are masked, unless it is masked, too', async () => {
  const orgs = await copyOrgs({ Contact: people(1) });
  const set = { Description: 'from ${Name}' };
  const plan = (more: ObjectPlan['mask']) => ({ objects: [{ ...contact, set, mask: { ...mask, ...more } }] });
  const refusal = await failureOf(orgs.plan(plan({})));
  expect(refusal.message).toContain('Contact: Name is made of LastName, and must be masked too');
  await orgs.copy(plan({ Name: 'name' }));
  const [sent] = await orgs.target.records('Contact');
  expect(sent?.Description).toMatch(/^from \w/);
  expect(JSON.stringify(sent)).not.toContain(secret);
});

test.each([
  [false, ['Name']],
  [true, undefined],
])(
  'names of persons that become businesses are not masked; persons in the target: %s',
  async (persons, told) => {
    const orgs = await copyOrgs(
      {},
      { source: { personAccounts: true }, target: { personAccounts: persons } },
    );
    const { objects } = await orgs.plan({ objects: [{ object: 'Account', fields: ['Name'] }] });
    expect(objects[0]?.unmasked).toEqual(told);
  },
);

test.each([
  ['hash', 15, 'it takes 15 characters, and 16 are needed'],
  ['email', 31, 'it takes 31 characters, and 32 are needed'],
] as const)('the mask %s is refused in a field of %s characters', async (kind, length, why) => {
  const orgs = await copyOrgs({});
  const plan = { objects: [{ object: 'Account', fields: ['Name'], mask: { Name: kind } }] };
  const short = (more: number): PlanOrg => {
    const org = planOrg(orgs.contexts.target);
    const withLength = (describe: SObjectDescribe): SObjectDescribe => ({
      ...describe,
      fields: describe.fields.map((each) =>
        each.name === 'Name' ? { ...each, length: length + more } : each,
      ),
    });
    return {
      ...org,
      describeOf: async (object) => {
        const found = await org.describeOf(object);
        return found && withLength(found);
      },
    };
  };
  const source = planOrg(orgs.contexts.source);
  const refused = await failureOf(resolvePlan(plan, { source, target: short(0) }));
  expect(refused.message).toContain(`Account: Name can't be masked with "${kind}": ${why}`);
  const [account] = await resolvePlan(plan, { source, target: short(1) });
  expect(account?.masks).toEqual({ Name: { kind, length: length + 1 } });
});
