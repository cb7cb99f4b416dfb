import { expect, onTestFinished, test, vi } from 'vitest';
import { IdMap } from '../../../src/lib/files/id-map.js';
import { PartFile } from '../../../src/lib/files/part-file.js';
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

function orderOf(
  { mock }: { readonly mock: { readonly invocationCallOrder: readonly number[] } },
  at: number,
): number {
  return mock.invocationCallOrder[at] ?? 0;
}
