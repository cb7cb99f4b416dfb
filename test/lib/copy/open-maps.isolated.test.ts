import { expect, onTestFinished, test, vi } from 'vitest';
import { IdMap } from '../../../src/lib/files/id-map.js';
import { PartFile } from '../../../src/lib/files/part-file.js';
import { RecordSorter } from '../../../src/lib/files/record-sorter.js';
import { contacts, copyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { circle, held } from '../../support/held-circle.ts';

test('no map is replaced while it is open, which Windows would refuse', async () => {
  const orgs = await circle();
  const opened = vi.spyOn(IdMap, 'open');
  const closed = vi.spyOn(IdMap.prototype, 'close');
  const written = vi.spyOn(PartFile, 'open');
  onTestFinished(() => void vi.restoreAllMocks());
  const { totals } = await orgs.copy(held);
  expect(totals).toMatchObject({ successful: 3, held: 1 });
  const closedAt = new Map(closed.mock.contexts.map((map, at) => [map, orderOf(closed, at)]));
  const spans = opened.mock.results.map(({ value }, at) => ({
    path: opened.mock.calls[at]?.[0],
    from: orderOf(opened, at),
    to: closedAt.get(value as IdMap) ?? Number.POSITIVE_INFINITY,
  }));
  const replaced = written.mock.calls.filter(([path], at) =>
    spans.some(
      (span) => span.path === path && span.from < orderOf(written, at) && orderOf(written, at) < span.to,
    ),
  );
  expect(spans.length).toBeGreaterThan(0);
  expect(replaced).toEqual([]);
});

test('nothing that sorts records stays open when a copy is refused', async () => {
  const orgs = await copyOrgs({ Contact: contacts(3, 2) });
  const added = vi.spyOn(RecordSorter.prototype, 'add');
  const closed = vi.spyOn(RecordSorter.prototype, 'close');
  onTestFinished(() => void vi.restoreAllMocks());
  const objects = [{ object: 'Account' }, { object: 'Contact' }];
  const refusal = await failureOf(orgs.copy({ missing: 'fail', objects }));
  expect(refusal.message).toContain("which isn't copied");
  const open = new Set(added.mock.contexts);
  expect(open.size).toBeGreaterThan(0);
  for (const sorter of closed.mock.contexts) open.delete(sorter);
  expect(open).toEqual(new Set());
});

function orderOf(
  { mock }: { readonly mock: { readonly invocationCallOrder: readonly number[] } },
  at: number,
): number {
  return mock.invocationCallOrder[at] ?? 0;
}
