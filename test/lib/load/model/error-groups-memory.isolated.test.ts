import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { ErrorGroups } from '../../../../src/lib/load/model/error-groups.js';

it('holds a few thousand characters of each error, however long the values are that errors repeat', () => {
  const groups = new ErrorGroups();
  const before = heldBytes();
  for (let row = 0; row < 500; row++) {
    const kind = `${letterAt(row)}${letterAt(row / 26)}`.repeat(40);
    // As bytes of a file become one.
    const text = Buffer.from(`STRING_TOO_LONG:${kind} ${'x'.repeat(131_072)}:Description__c --`).toString();
    groups.add(text, () => ({ row }));
  }
  const held = heldBytes() - before;
  expect(groups.report()).toHaveLength(101);
  expect(held).toBeLessThan(10e6);
});

function letterAt(index: number): string {
  return String.fromCharCode(97 + (Math.floor(index) % 26));
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times++) collect();
  return process.memoryUsage().heapUsed;
}
