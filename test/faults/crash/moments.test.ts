import { expect, test } from 'vitest';
import { everyMoment, sampleOf, type Moment } from './moments.ts';

const moments = everyMoment({ journalWrites: 9, fileSteps: 14, requests: { 'ingest.create': 2, query: 1 } });

test.for([
  { workloads: 7, count: 2 },
  { workloads: 6, count: 3 },
  { workloads: 3, count: 4 },
])('samples of $workloads workloads with $count moments each have every kind of moment', (sample) => {
  const { workloads, count } = sample;
  const chosen = Array.from({ length: workloads }, (_, turn) => sampleOf(moments, { count, turn })).flat();
  expect(chosen).toHaveLength(workloads * count);
  expect(kindsIn(chosen)).toEqual(kindsIn(moments));
});

function kindsIn(all: readonly Moment[]): string[] {
  return [...new Set(all.map(({ at, when }) => `${when} ${at}`))].sort();
}
