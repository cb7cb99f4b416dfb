import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, failing } from '../../../support/copy-orgs.ts';

test('a retry of a copy that was interrupted, or whose retry was, says that it is resumed', async () => {
  const orgs = await copyOrgs({ Account: accounts(3), Contact: contacts(3, 3) });
  await orgs.target.faults.add(failing('Name', ['Account 1']));
  const plan = await orgs.plan({ objects: [{ object: 'Account' }, { object: 'Contact' }] });
  const warnings: string[] = [];
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => warnings.push(text));
  let stop = new AbortController();
  // As with Ctrl-C behind the first step of each.
  events.on('stepEnded', () => {
    stop.abort();
  });
  const stopped = () => {
    stop = new AbortController();
    const { source, target } = orgs.contexts;
    return { source: { ...source, signal: stop.signal }, target: { ...target, signal: stop.signal } };
  };
  await startCopy(plan, { events }, stopped()).catch(() => undefined);
  const [run] = (await orgs.contexts.target.store.list()).filter(
    ({ records }) => records[0]?.type === 'copy',
  );
  const runId = run?.runId ?? '';
  const retry = (contexts = orgs.contexts) => resumeCopy({ runId }, { events, isRetry: true }, contexts);
  expect((await retry()).totals).toMatchObject({ successful: 4, failed: 1, held: 1 });
  const again = `To retry what is left then: sf bulk2 job retry --id ${runId}`;
  expect(warnings).toEqual([`The copy ${runId} hasn't finished: it is resumed. ${again}`]);
  await orgs.target.faults.clear();
  await retry(stopped()).catch(() => undefined);
  expect((await retry()).totals).toMatchObject({ successful: 6, failed: 0, held: 0 });
  expect(warnings.slice(1)).toEqual([
    `A retry of the copy ${runId} was interrupted: it is resumed, with the rows as they were in their files when it began. ${again}`,
  ]);
});
