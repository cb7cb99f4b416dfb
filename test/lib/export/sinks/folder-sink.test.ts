import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetManifest } from '../../../../src/lib/output/dataset-manifest.js';
import { publish } from '../../../../src/lib/export/publish.js';
import { openFolderSink } from '../../../../src/lib/export/sinks/folder-sink.js';
import type { FolderPlace } from '../../../../src/lib/run/export-plan.js';
import { tempFolder } from '../../../support/temp-folder.ts';
import { facts, factsOf, rows, sinkStart } from './sink-start.ts';

function folderPlace(path: string): FolderPlace {
  return { kind: 'folder', path, partial: `${path}.own.part` };
}

async function manifestIn(path: string): Promise<DatasetManifest> {
  return JSON.parse(await readFile(join(path, '_manifest.json'), 'utf8')) as DatasetManifest;
}

test('one complete file per page, and a manifest that tells how to know them', async () => {
  const path = join(await tempFolder(), 'accounts');
  const sink = await openFolderSink(sinkStart({}, { types: ['string', 'string'] }), folderPlace(path));
  await sink.page(rows('"1","a"\n"2","b"\n'));
  await sink.page(rows('"3","c"\n'));
  expect(await readdir(join(path, '..'))).toEqual(['accounts.own.part']);
  await sink.finish(factsOf(2, 1));
  await publish(folderPlace(path));
  expect(await readdir(join(path, '..'))).toEqual(['accounts']);
  const names = (await readdir(path)).sort();
  expect(names).toEqual(['_manifest.json', 'part-000000.csv', 'part-000001.csv']);
  const manifest = await manifestIn(path);
  expect(manifest).toMatchObject({
    ...facts,
    query: 'SELECT Id, Name FROM Account',
    format: 'csv',
    rows: 3,
    schema: [
      { name: 'Id', type: 'string' },
      { name: 'Name', type: 'string' },
    ],
  });
  expect(manifest.parts.map((part) => part.rows)).toEqual([2, 1]);
  for (const { file, bytes, sha256 } of manifest.parts) {
    const content = await readFile(join(path, file));
    expect(content.toString().split('\n')[0]).toBe('"Id","Name"');
    expect(content).toHaveLength(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  }
});

test('pages of an earlier run keep their place in the manifest', async () => {
  const folder = await tempFolder();
  const whole = await openFolderSink(sinkStart(), folderPlace(join(folder, 'whole')));
  const first = await openFolderSink(sinkStart(), folderPlace(join(folder, 'cut')));
  const offset = await first.page(rows('"1","a"\n'));
  await first.abandon();
  const second = await openFolderSink(
    sinkStart({}, { donePages: [{ rows: 1, offset }] }),
    folderPlace(join(folder, 'cut')),
  );
  await second.page(rows('"2","b"\n'));
  await second.finish(factsOf(1, 1));
  await whole.page(rows('"1","a"\n'));
  await whole.page(rows('"2","b"\n'));
  await whole.finish(factsOf(1, 1));
  const [cut, uncut] = [join(folder, 'cut.own.part'), join(folder, 'whole.own.part')];
  expect((await manifestIn(cut)).parts).toEqual((await manifestIn(uncut)).parts);
});
