import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideBeside } from '../../../src/cli/load/beside-other.js';
import type { Asker } from '../../../src/cli/load/if-interrupted.js';
import { DeclinedError } from '../../../src/cli/exit-codes.js';
import type { LoadPlan } from '../../../src/lib/run/record.js';

let wasTerminal: boolean;
beforeEach(() => {
  wasTerminal = process.stdin.isTTY;
  process.stdin.isTTY = true;
});
afterEach(() => {
  process.stdin.isTTY = wasTerminal;
});

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

test('a person at a terminal is told of the other insert, and asked', async () => {
  const person = asker(true);
  await decideBeside(person, other, undefined);
  expect(person.told[0]).toMatch(
    /closed jobs with 0 of its 5 rows.*sf bulk2 job resume.*sf bulk2 job abort/s,
  );
  expect(person.told[1]).toContain('rows that are in both are inserted twice');
});

test('no begins nothing', async () => {
  await expect(decideBeside(asker(false), other, undefined)).rejects.toThrow(DeclinedError);
});

test('nobody is asked where the flag says what to do, or the answer is JSON', async () => {
  const named = asker(true);
  await expect(decideBeside(named, other, 'fail')).rejects.toThrow('would be inserted twice');
  await decideBeside(named, other, 'new');
  expect(named.told).toHaveLength(1);
  const json = asker(true, true);
  await decideBeside(json, other, undefined);
  expect(json.told).toHaveLength(1);
  const closed = { ...other, sent: { rows: 5, closed: 2 } };
  await expect(decideBeside(json, closed, undefined)).rejects.toThrow('closed jobs with 2 of its 5 rows');
});
