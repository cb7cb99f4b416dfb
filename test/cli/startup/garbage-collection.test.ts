import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { beforeEach, expect, test, vi } from 'vitest';
import { keepHeapSmall, keepYoungGenerationSmall } from '../../../src/cli/startup/garbage-collection.js';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

beforeEach(() => {
  vi.mocked(setFlagsFromString).mockClear();
});

test.each([
  ['of Node 22', '12.4.254.21-node.57', ['heap-growing-percent']],
  ['of Node 24', '13.6.233.17-node.44', ['scavenger-max-new-space-capacity-mb', 'heap-growing-percent']],
  ['of Node 25, which has dropped one', '14.1.146.11-node.25', ['heap-growing-percent']],
  ['that nobody has measured yet', '15.0.1-node.1', []],
])('the V8 %s is given the flags that it knows', (_, v8, names) => {
  keepYoungGenerationSmall(v8);
  keepHeapSmall(v8);
  expect(flagsSet()).toEqual(names);
});

test('this V8 knows the flags that it is given', () => {
  keepYoungGenerationSmall();
  keepHeapSmall();
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const name of flagsSet()) expect(known).toContain(`--${name} `);
});

function flagsSet(): string[] {
  return vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag.replace(/^--|=.*$/g, ''));
}
