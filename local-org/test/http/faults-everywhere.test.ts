import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultAction } from '../../server/fault-spec.ts';
import { routes } from '../../server/routes.ts';
import type { Org } from '../../start.ts';
import { raw, type Raw } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;

beforeAll(async () => {
  org = await startOrg();
});
afterAll(() => org.stop());

/** A request that reaches an endpoint; what it asks for need not be there. */
type Sample = { readonly endpoint: string; readonly address: string; readonly body?: string };

const all: Sample[] = [
  ...routes.map(({ method, pattern, endpoint }) => ({
    endpoint,
    address: `${method} /${pattern
      .replace(/^v(?=\/|$)/, 'services/data/v60.0')
      .replaceAll(/:\w+/g, 'x')
      .replaceAll('~', '')}`,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"state":"UploadComplete"}' }),
  })),
  { endpoint: 'ingest.abort', address: 'PATCH jobs/ingest/x', body: '{"state":"Aborted"}' },
];

/** One for each endpoint: a fault hits the first request that comes to it. */
const samples = [...new Map(all.map((sample) => [sample.endpoint, sample])).values()];

const isLost = (answer: Raw | undefined): void => expect(answer?.complete ?? false).toBe(false);

const expectations: ReadonlyArray<[action: FaultAction, expectation: (answer: Raw | undefined) => void]> = [
  [{ kind: 'drop-before' }, (answer) => expect(answer).toBeUndefined()],
  [{ kind: 'drop-after' }, (answer) => expect(answer).toBeUndefined()],
  [{ kind: 'cut-request', afterBytes: 1 }, isLost],
  [{ kind: 'cut-response', afterBytes: 0 }, isLost],
  [{ kind: 'truncate', keepBytes: 1 }, (answer) => expect(answer?.body.length).toBeLessThan(2)],
  [{ kind: 'append', text: '~' }, (answer) => expect(answer?.body.toString()).toMatch(/^$|~$/)],
  [{ kind: 'answer', status: 503 }, (answer) => expect(answer?.status).toBe(503)],
  [{ kind: 'alter', status: 299 }, (answer) => expect(answer?.status).toBe(299)],
  [{ kind: 'slow', delayMs: 1 }, (answer) => expect(answer?.complete).toBe(true)],
  [{ kind: 'trickle', bytesPerSecond: 1e6 }, (answer) => expect(answer?.complete).toBe(true)],
  [{ kind: 'foreign-urls', origin: 'http://x.example' }, (answer) => expect(answer?.complete).toBe(true)],
];

/** Adds a fault over the control URL, sends the request, and says what came and how often the fault hit. */
async function tried(
  { endpoint, address, body }: Sample,
  action: FaultAction,
): Promise<[Raw | undefined, number]> {
  const add = { method: 'POST', body: JSON.stringify({ endpoint, action }) };
  const { id } = (await (await fetch(`${org.controlUrl}/faults`, add)).json()) as { id: number };
  const request = { headers: { 'Content-Type': 'text/csv' }, ...(body === undefined ? {} : { body }) };
  const answer = await raw(org, address, request).catch(() => undefined);
  const { hits } = (await (await fetch(`${org.controlUrl}/faults/${id}`)).json()) as { hits: number };
  return [answer, hits];
}

describe('a fault of any kind can be asked for at any endpoint, over the control URL:', () => {
  it.each(expectations.map(([action, expectation]) => [action.kind, action, expectation] as const))(
    '%s',
    async (_, action, expectation) => {
      const outcomes = await Promise.all(samples.map((sample) => tried(sample, action)));
      await fetch(`${org.controlUrl}/faults`, { method: 'DELETE' });
      for (const [index, [answer, hits]] of outcomes.entries()) {
        expect([samples[index]?.endpoint, hits]).toEqual([samples[index]?.endpoint, 1]);
        expectation(answer);
      }
    },
  );

  it('hold', async () => {
    const heldAndLetGo = async ({ endpoint, address, body }: Sample): Promise<void> => {
      const hold = await org.faults.add({ endpoint, action: { kind: 'hold', when: 'before' } });
      const answer = raw(org, address, body === undefined ? {} : { body });
      await hold.hit();
      await hold.release();
      expect((await answer).complete, address).toBe(true);
      await hold.remove();
    };
    await Promise.all(samples.map(heldAndLetGo));
  });

  it('but not what does not exist', async () => {
    for (const [spec, message] of [
      [{ endpoint: 'rest.limits', action: { kind: 'explode' } }, "There is no fault 'explode'."],
      [{ endpoint: 'rest.limit', action: { kind: 'drop-after' } }, 'There is no endpoint rest.limit.'],
    ]) {
      const answer = await fetch(`${org.controlUrl}/faults`, { method: 'POST', body: JSON.stringify(spec) });
      expect([answer.status, await answer.json()]).toEqual([400, { message }]);
    }
  });
});
