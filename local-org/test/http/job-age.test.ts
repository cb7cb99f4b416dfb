import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options.ts';
import { Client } from './client.ts';
import { startOrg } from './over-tls.ts';

const insert = { object: 'Account', operation: 'insert' };

describe('the age of a job', () => {
  it.each(['Aborted', 'Failed'] as const)('ends it when it was open for too long: %s', async (state) => {
    await using hasty = await startOrg({ openJobMs: 1, quirks: { expiredOpenJob: state } });
    const to = new Client(hasty);
    const id = await to.createIngest(insert);
    await sleep(5);
    expect((await to.ask(`GET jobs/ingest/${id}`)).json.state).toBe(state);
    expect((await to.close(id)).status).toBe(400);
  });

  it('removes it and its results when it has been finished for too long', async () => {
    await using forgetful = await startOrg({ retainedJobMs: 300 });
    const to = new Client(forgetful);
    const id = await to.load(insert, 'Name\nA\n');
    const query = await to.query('SELECT Id FROM Account');
    expect((await to.ask(`GET jobs/query/${query}/results`)).status).toBe(200);
    await sleep(350);
    expect((await to.ask(`GET jobs/ingest/${id}/successfulResults`)).status).toBe(404);
    expect((await to.ask(`GET jobs/query/${query}`)).status).toBe(404);
    expect((await to.ask('GET jobs/ingest')).json.records).toEqual([]);
  });

  it('is 24 hours open and 7 days in all, by default', () => {
    const { openJobMs, retainedJobMs } = resolveOptions();
    expect([openJobMs / 3_600_000, retainedJobMs / 3_600_000]).toEqual([24, 168]);
  });
});
