import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { beforeEach, expect, test, vi } from 'vitest';
import { keepYoungGenerationSmall } from '../../../src/cli/startup/garbage-collection.js';

vi.mock('node:v8', async (original) => {
  const v8 = await original<typeof import('node:v8')>();
  return { setFlagsFromString: vi.fn(v8.setFlagsFromString) };
});

beforeEach(() => {
  vi.mocked(setFlagsFromString).mockClear();
});

test.each([
  ['of Node 24', '13.6.233.17-node.44', ['scavenger-max-new-space-capacity-mb', 'semi-space-growth-factor']],
  ['of Node 22, which does not need it', '12.4.254.21-node.57', []],
  ['of Node 25, which has dropped it', '14.1.146.11-node.25', []],
])('the V8 %s is given flags only if it knows them', (_, v8, names) => {
  keepYoungGenerationSmall(v8);
  expect(flagsSet()).toEqual(names);
});

test('this V8 knows the flags that it is given', () => {
  keepYoungGenerationSmall();
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const name of flagsSet()) expect(known).toContain(`--${name} `);
});

function flagsSet(): string[] {
  return vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag.replace(/^--|=.*$/g, ''));
}
