import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as engine from '../../src/lib/engine.js';
import * as library from '../../src/lib/index.js';

test('the main entry gives BulkV2, its events and its errors', () => {
  const others = Object.keys(library).filter((name) => !name.endsWith('Error'));
  expect(others.sort()).toEqual([
    'BulkV2',
    'Events',
    'IngestJobV2',
    'QueryJobV2',
    'RecordStream',
    'withBulk2',
  ]);
});

test('the engines have an entry of their own, and no name is in both', () => {
  expect(Object.keys(engine)).toEqual(
    expect.arrayContaining([
      'planLoad',
      'startLoad',
      'resumeLoad',
      'runExport',
      'resumeExport',
      'openOutput',
      'updateByQuery',
      'destroyByQuery',
      'resumeChange',
      'runStore',
      'httpApi',
      'withRetry',
      'sessionOf',
    ]),
  );
  expect(Object.keys(engine).filter((name) => name in library)).toEqual([]);
});

test('the package exports both entries, with their types', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, { types: string; default: string }>;
  };
  expect(exports['.']?.default).toBe('./lib/lib/index.js');
  expect(exports['./engine']).toEqual({ types: './lib/lib/engine.d.ts', default: './lib/lib/engine.js' });
});
