import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOrg } from '../../start.ts';
import { Client, errorOf } from './client.ts';

/** A platform event and a custom metadata type, described as sparsely as the org allows. */
const specialObjects = join(import.meta.dirname, '..', '..', 'verify', 'more-objects.json');

describe('creating an ingest job', () => {
  it.each([
    ['an object that cannot be created', 'CaseStatus', 'insert'],
    ['an object that cannot be created', 'Organization', 'upsert'],
    ['an object that can be created but not updated', 'GroupMember', 'upsert'],
    ['an object that cannot be updated', 'GroupMember', 'update'],
    ['an object that cannot be deleted', 'User', 'delete'],
    ['a platform event', 'Shipped__e', 'update'],
    ['a platform event', 'Shipped__e', 'upsert'],
    ['a platform event', 'Shipped__e', 'delete'],
    ['custom metadata', 'Rate__mdt', 'insert'],
    ['custom metadata', 'Rate__mdt', 'update'],
  ])('refuses a job on %s: %s, %s', async (_, object, operation) => {
    await using special = await startOrg({ schema: [specialObjects] });
    const json = { object, operation, ...(operation === 'upsert' ? { externalIdFieldName: 'Id' } : {}) };
    expect(errorOf(await new Client(special).ask('POST jobs/ingest', { json }))).toEqual({
      status: 400,
      errorCode: 'INVALIDJOB',
      message: `InvalidJob : No create/update access for object:${object}`,
    });
  });

  it('refuses a job on a generated table, unless jobs change nothing', async () => {
    const json = { object: 'Big__c', operation: 'delete' };
    const statusIn = async (ingestMode: 'strict' | 'sink'): Promise<number> => {
      await using org = await startOrg({ tables: { Big__c: 10 }, ingestMode });
      return (await new Client(org).ask('POST jobs/ingest', { json })).status;
    };
    expect(await statusIn('strict')).toBe(400);
    expect(await statusIn('sink')).toBe(200);
  });

  it('takes a job that inserts platform events, or records of an object that cannot be updated', async () => {
    await using special = await startOrg({ schema: [specialObjects] });
    for (const object of ['Shipped__e', 'GroupMember']) {
      const answer = await new Client(special).ask('POST jobs/ingest', {
        json: { object, operation: 'insert' },
      });
      expect(answer.json).toMatchObject({ object, state: 'Open' });
    }
  });

  it('takes a job that deletes what cannot be deleted, where each row is to fail on its own', async () => {
    await using lax = await startOrg({ quirks: { deletesOfUndeletable: 'row-errors' } });
    const to = new Client(lax);
    const id = await to.load({ object: 'User', operation: 'delete' }, `Id\n${lax.userId}\n`);
    expect((await to.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({ numberRecordsFailed: 1 });
    expect((await to.ask(`GET jobs/ingest/${id}/failedResults`)).text).toContain(
      'INVALID_TYPE_FOR_OPERATION',
    );
  });
});
