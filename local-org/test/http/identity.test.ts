import { expect, it } from 'vitest';
import type { OrgOptions } from '../../options.ts';
import { Client } from './client.ts';
import { startOrg } from './over-tls.ts';

/** Everything by which an org could be taken for another one. */
async function identityOf(options: OrgOptions): Promise<Record<string, string>> {
  await using org = await startOrg({ tables: { Big__c: 2 }, ...options });
  const client = new Client(org);
  const jobId = await client.load({ object: 'Account', operation: 'insert' }, 'Name\nA\n');
  const [account] = await org.records('Account');
  const queryId = await client.query('SELECT Id FROM Big__c');
  const { text } = await client.ask(`GET jobs/query/${queryId}/results`);
  const { orgId, userId, username } = org;
  return { orgId, userId, username, jobId, recordId: String(account?.Id), tableIds: text, queryId };
}

it('two orgs differ in org id, user, job ids and record ids', async () => {
  const [one, two] = await Promise.all([identityOf({}), identityOf({})]);
  for (const [name, value] of Object.entries(one)) expect(two[name], name).not.toBe(value);
});

it('an org of a given id has the same identity and ids every time', async () => {
  const orgId = '00DLo0000000001';
  const identity = await identityOf({ orgId });
  expect(identity).toMatchObject({
    orgId: '00DLo0000000001MAA',
    userId: '005Lo0000000001IAA',
    username: 'admin@00dlo0000000001.example',
    jobId: '750Lo0000000001IAA',
    recordId: '001Lo0000000001IAA',
    tableIds: '"Id"\n"a00Lo0000000000IAA"\n"a00Lo0000000001IAA"\n',
  });
  expect(await identityOf({ orgId })).toEqual(identity);
});

it('what is no org id is refused', async () => {
  await expect(startOrg({ orgId: '001Lo0000000001' })).rejects.toThrow(
    'An org id is 00D and 12 or 15 letters and digits, not "001Lo0000000001"',
  );
});

it.each(['0000', '9900', 'zZ00', '0001'])(
  'rows of a generated table have the same ids over Bulk and REST: %s',
  async (pod) => {
    await using org = await startOrg({ orgId: `00D${pod}00000001`, tables: { Big__c: 2500 } });
    const client = new Client(org);
    const id = await client.query('SELECT Id FROM Big__c');
    const { text } = await client.ask(`GET jobs/query/${id}/results`);
    const [, ...lines] = text.trim().split('\n');
    const { json } = await client.ask('GET query?q=SELECT+Id+FROM+Big__c+LIMIT+2000');
    const rest = (json.records as Array<{ Id: string }>).map(({ Id }) => `"${Id}"`);
    expect(lines).toHaveLength(2500);
    expect(rest).toEqual(lines.slice(0, 2000));
  },
);
