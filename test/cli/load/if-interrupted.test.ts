import { expect, test } from 'vitest';
import { DeclinedError, InterruptedError } from '../../../src/cli/exit-codes.js';
import { decide, type Asker, type Question } from '../../../src/cli/load/if-interrupted.js';
import { UsageError } from '../../../src/lib/errors.js';
import { RunLockedError } from '../../../src/lib/run/errors.js';
import type { LoadPlan } from '../../../src/lib/run/record.js';
import { onTerminalInput } from '../../support/terminal-input.ts';

onTerminalInput();

const question: Question = {
  run: {
    runId: '20260131T080000123Z-a1b2c3',
    path: '/state/runs/x.journal',
    records: [
      {
        type: 'load',
        version: 2,
        at: '2026-01-31T08:00:00.123Z',
        org: { instanceUrl: 'https://org.example', apiVersion: '67.0' },
        plan: { operation: 'insert', object: 'Account' } as LoadPlan,
      },
      { type: 'created', part: 0, jobId: '750000000000001AAA' },
    ],
  },
  asked: undefined,
  isRisky: true,
};

/** A command on a terminal whose person answers so. */
function asker(
  answers: ReadonlyArray<boolean | Error> = [],
  isJson = false,
): Asker & { questions: string[] } {
  const questions: string[] = [];
  return {
    questions,
    id: 'bulk2:insert',
    argv: ['--file', "it's.csv", '--sobject', 'Account', '--if-interrupted=fail'],
    jsonEnabled: () => isJson,
    warn: (warning) => {
      questions.push(typeof warning === 'string' ? warning : warning.message);
      return warning;
    },
    confirm: ({ message }) => {
      questions.push(message);
      const answer = answers[questions.length - 1] ?? false;
      return typeof answer === 'boolean' ? Promise.resolve(answer) : Promise.reject(answer);
    },
  };
}

test('a person is asked whether to resume, then whether to send everything again', async () => {
  expect(await decide(asker([true]), question)).toBe('resume');
  const second = asker([false, true]);
  expect(await decide(second, question)).toBe('new');
  expect(second.questions).toEqual([
    expect.stringMatching(
      /insert of Account, started 2026-01-31.+Resume it\? Yes sends only what is left; after no, /,
    ),
    expect.stringContaining('Send everything again? Yes ends the interrupted one first'),
  ]);
});

test('no to both is a refusal in plain words', async () => {
  await expect(decide(asker([false, false]), question)).rejects.toThrow(DeclinedError);
});

test('what a living process works on is neither asked about nor ended, whatever the flag says', async () => {
  const heldBy = new RunLockedError('This run is held by process 7 on host.', { ownerLives: true });
  for (const asked of [undefined, 'resume', 'new', 'fail'] as const) {
    const person = asker([true]);
    const refusal = await decide(person, { ...question, asked, heldBy }).catch((error: unknown) => error);
    expect((refusal as Error).message).toContain('process 7 on host');
    expect((refusal as UsageError).actions[0]).toContain('wait for it to finish');
    expect(person.questions).toEqual([]);
  }
  const warned = asker([]);
  expect(await decide(warned, { ...question, isRisky: false, heldBy })).toBe('beside');
  expect(warned.questions.join('\n')).not.toContain('job resume');
});

test('of an owner that cannot be seen, the refusal says that it is watched before the work is resumed', async () => {
  const heldBy = new RunLockedError('This run is held by process 7 on host.');
  const refusal = await decide(asker([], true), { ...question, heldBy }).catch((error: unknown) => error);
  expect((refusal as UsageError).actions[0]).toMatch(
    /first watches for a minute whether that process is still alive: sf bulk2 job resume --id 75/,
  );
  expect(await decide(asker(), { ...question, asked: 'resume', heldBy })).toBe('resume');
});

test('Ctrl-C at the question is an interruption', async () => {
  const forced = Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
  await expect(decide(asker([forced]), question)).rejects.toThrow(InterruptedError);
});

test('what other flags began is not offered to be resumed', async () => {
  const person = asker([]);
  await expect(decide(person, { ...question, otherFlags: ['--map'] })).rejects.toThrow(DeclinedError);
  expect(person.questions).toEqual([
    expect.stringContaining('--map'),
    expect.stringContaining('Send everything again'),
  ]);
});

test.each([
  ['under --json', asker([true], true)],
  ['with --if-interrupted fail', asker([true])],
])('nobody is asked %s', async (how, command) => {
  const asked = how.includes('fail') ? 'fail' : undefined;
  const refusal = await decide(command, { ...question, asked }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect(command.questions).toEqual([]);
  const { actions } = refusal as UsageError;
  expect(actions.join('\n')).toContain('sf bulk2 job resume --id 750000000000001AAA');
  expect(actions.join('\n')).toContain(
    "sf bulk2 insert --file 'it'\\''s.csv' --sobject Account --if-interrupted new",
  );
});
