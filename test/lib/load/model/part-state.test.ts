import { expect, test } from 'vitest';
import { partStates } from '../../../../src/lib/load/model/part-state.js';
import type { JournalRecord } from '../../../../src/lib/run/record.js';

const jobId = '750000000000001AAA';
const info = { id: jobId, state: 'JobComplete' } as never;

test.each<[JournalRecord[], object]>([
  [[], { kind: 'planned' }],
  [[{ type: 'create', part: 0 }], { kind: 'planned' }],
  [[{ type: 'created', part: 0, jobId }], { kind: 'open', jobId }],
  [[{ type: 'upload', part: 0, jobId }], { kind: 'open', jobId }],
  [[{ type: 'uploaded', part: 0, jobId }], { kind: 'uploaded', jobId }],
  [[{ type: 'close', part: 0, jobId }], { kind: 'closing', jobId }],
  [[{ type: 'closed', part: 0, jobId }], { kind: 'closed', jobId }],
  [[{ type: 'closed', part: 0, jobId, info }], { kind: 'closed', jobId, info }],
  [[{ type: 'ended', part: 0, jobId, info }], { kind: 'ended', jobId, info }],
  [
    [
      { type: 'upload', part: 0, jobId },
      { type: 'abandoned', part: 0, jobId, reason: 'lost' },
    ],
    { kind: 'planned' },
  ],
])('%j', (records, state) => {
  expect(partStates(records, 1)).toEqual([state]);
});

test('each part has its own state, and records of no part change none', () => {
  const records: JournalRecord[] = [
    { type: 'create', part: 1 },
    { type: 'created', part: 1, jobId },
    { type: 'closed', part: 2, jobId: '750000000000002AAA' },
    { type: 'collected', jobId, progress: {} },
    { type: 'done', at: '', summary: {} },
  ];
  expect(partStates(records, 3).map(({ kind }) => kind)).toEqual(['planned', 'open', 'closed']);
});
