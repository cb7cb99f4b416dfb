import { expect, test } from 'vitest';
import { decideBeside } from '../../../src/cli/load/beside-other.js';
import type { Asker } from '../../../src/cli/load/if-interrupted.js';
import { DeclinedError } from '../../../src/cli/exit-codes.js';
import type { UsageError } from '../../../src/lib/errors.js';
import type { LoadPlan } from '../../../src/lib/run/record.js';
import { failureOf } from '../../support/failure-of.ts';
import { onTerminalInput } from '../../support/terminal-input.ts';

onTerminalInput();

const plan = { operation: 'insert', object: 'Account' } as LoadPlan;
const org = { instanceUrl: 'https://org.example', apiVersion: '67.0' };
const other = {
  run: {
    runId: '20260131T080000123Z-a1b2c3',
    path: '/state/runs/x.journal',
    records: [{ type: 'load', version: 2, at: '2026-01-31T08:00:00.123Z', org, plan } as const],
  },
  sent: { rows: 5, closed: 0 },
};

function asker(answer: boolean, isJson = false): Asker & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    id: 'bulk2:insert',
    argv: ['--file', 'a.csv'],
    jsonEnabled: () => isJson,
    warn: (warning) => {
      told.push(typeof warning === 'string' ? warning : warning.message);
      return warning;
    },
    confirm: ({ message }) => {
      told.push(message);
      return Promise.resolve(answer);
    },
  };
}

const closed = { ...other, sent: { rows: 5, closed: 2 } };

test.each([
  [
    'has closed a job',
    closed,
    /closed jobs with 2 of its 5 rows/,
    'rows that are in both are inserted twice; no',
  ],
  ['has closed none', other, /nothing of it is in the org/, 'are inserted twice if that one is resumed; no'],
])(
  'a person at a terminal is told of the other insert, which %s, and asked',
  async (_, each, found, asked) => {
    const person = asker(true);
    await decideBeside(person, each, { asked: undefined });
    expect(person.told[0]).toMatch(found);
    expect(person.told[0]).toMatch(/sf bulk2 job resume.*sf bulk2 job abort/s);
    expect(person.told[1]).toContain(asked);
  },
);

test('no begins nothing', async () => {
  await expect(decideBeside(asker(false), other, { asked: undefined })).rejects.toThrow(DeclinedError);
});

test('nobody is asked where the flag says what to do, or the answer is JSON', async () => {
  const named = asker(true);
  await expect(decideBeside(named, closed, { asked: 'fail' })).rejects.toThrow('would be inserted twice');
  await expect(decideBeside(named, closed, { asked: 'resume' })).rejects.toThrow('would be inserted twice');
  await decideBeside(named, closed, { asked: 'new' });
  expect(named.told).toHaveLength(1);
  const json = asker(true, true);
  await decideBeside(json, other, { asked: undefined });
  expect(json.told).toHaveLength(1);
  await expect(decideBeside(json, closed, { asked: undefined })).rejects.toThrow(
    'closed jobs with 2 of its 5 rows',
  );
});

test('beside one that has closed no job, resume begins with a warning, and fail is refused: nothing is in the org', async () => {
  const script = asker(true);
  await decideBeside(script, other, { asked: 'resume' });
  expect(script.told.join()).toMatch(/Nothing of it is in the org.*job abort.*inserted twice/s);
  const failure = await failureOf<UsageError>(decideBeside(script, other, { asked: 'fail' }));
  expect(failure.message).toMatch(/nothing of it is in the org\. Nothing was sent\.$/);
  expect(failure.actions.join()).not.toContain('job results');
});

test('beside one that a living process works on, nothing begins but with new', async () => {
  const script = asker(true, true);
  for (const asked of [undefined, 'resume', 'fail'] as const) {
    const failure = await failureOf<UsageError>(decideBeside(script, other, { asked, isAtWork: true }));
    expect(failure.message).toMatch(/another process is at work on it.*would be inserted twice/s);
  }
  await decideBeside(script, other, { asked: 'new', isAtWork: true });
  expect(script.told).toHaveLength(1);
});
