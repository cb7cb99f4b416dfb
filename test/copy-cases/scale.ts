import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdMap, IdMapWriter } from '../../src/lib/files/id-map.js';
import { openTwoOrgs } from '../support/two-orgs.ts';
import { endsWith, megabytes, seconds, unless, type CopyCase } from './case.ts';
import { fillSource, fullGraph, graphResult } from './records.ts';

const mostBytesAboveHelp = 100e6;

/** 1: no wrong parent, and little memory, whatever the number of records; and the Id map by itself. */
export default {
  title: 'accounts, contacts and tasks without keys: no wrong parent, under 100 MB above --help; the Id map',
  async run({ accounts, contacts, tasks, rows }) {
    await using orgs = await openTwoOrgs();
    await fillSource(orgs, { accounts, contacts, tasks });
    const help = endsWith(0, await orgs.sf('copy', '--help'));
    const objects = ['-s', 'Task', '-s', 'Contact', '-s', 'Account'];
    const copy = ['copy', ...objects, '--source-org', 'source', '-o', 'target', '--no-prompt'];
    const ran = endsWith(0, await orgs.sf(...copy, '--results-dir', 'copied'));
    const graph = await graphResult(orgs, fullGraph);
    const map = await measureIdMap(rows);
    const above = ran.peakBytes - help.peakBytes;
    return {
      figures: [
        ['records', accounts + contacts + tasks],
        ['time', seconds(ran.wallMs)],
        ['CPU', seconds(ran.cpuMs)],
        ['memory, and above --help', `${megabytes(ran.peakBytes)}, ${megabytes(above)}`],
        ...graph.figures,
        [`Id map of ${rows}: written in, size`, `${seconds(map.writtenMs)}, ${megabytes(map.bytes)}`],
        ['a random look-up', `${((map.readMs * 1000) / map.lookups).toFixed(1)} µs`],
      ],
      problems: [
        ...graph.problems,
        ...unless(above < mostBytesAboveHelp, `${megabytes(above)} above --help`),
        ...unless(map.wrong === 0, `${map.wrong} wrong ids in the map`),
      ],
    };
  },
} satisfies CopyCase;

async function measureIdMap(rows: number) {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-id-map-'));
  const path = join(folder, 'map');
  // The same odd factor both ways: every key comes once, in no order.
  const keyOf = (row: number): Uint32Array => Uint32Array.of(7, Math.imul(row, 0x9e37_79b1) >>> 0, 1);
  try {
    const startedMs = performance.now();
    const writer = new IdMapWriter(path);
    for (let row = 0; row < rows; row++) writer.add(keyOf(row), Uint32Array.of(8, row, 2));
    await writer.finish();
    const writtenMs = performance.now() - startedMs;
    const map = IdMap.open(path);
    const lookups = Math.min(rows, 1_000_000);
    let wrong = 0;
    const readingMs = performance.now();
    for (let at = 0; at < lookups; at++) {
      const row = (at * 7_368_787) % rows;
      if (map.get(keyOf(row))?.[1] !== row) wrong += 1;
    }
    const readMs = performance.now() - readingMs;
    map.close();
    return { writtenMs, readMs, lookups, wrong, bytes: (await stat(path)).size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
