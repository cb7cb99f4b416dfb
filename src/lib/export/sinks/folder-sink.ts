import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PartFile } from '../../files/part-file.js';
import { syncFolder } from '../../files/sync-folder.js';
import {
  datasetManifest,
  manifestFileName,
  partFileName,
  type DatasetPart,
} from '../../output/dataset-manifest.js';
import type { ResultFormat } from '../../output/writer.js';
import { writingTo } from '../errors.js';
import type { ExportFacts, RecordSink, SinkStart } from './sink.js';
import { outputBytes } from './output-bytes.js';

type WrittenPart = Omit<DatasetPart, 'rows'>;

/**
 * Writes each page to a file of its own, in a folder that appears when it is complete. Until then it is
 * `<path>.part`, and can be taken up again after any page.
 */
export async function openFolderSink(start: SinkStart, path: string): Promise<RecordSink> {
  const partial = `${path}.part`;
  const format = start.plan.format as ResultFormat;
  const nameOf = (index: number): string => partFileName(index, format, start.plan.gzip === true);
  const parts = await writingTo(partial, () => openFolder(partial, start, nameOf));
  return {
    async page(rows) {
      const { file, ...written } = await writePart(join(partial, nameOf(parts.length)), start, rows);
      parts.push({ file, ...written });
      return written.bytes;
    },
    // A part that is written again is written from its start.
    rewind: () => Promise.resolve(),
    async finish(facts) {
      await writingTo(path, async () => {
        await writeManifest(join(partial, manifestFileName), {
          start,
          facts,
          parts: parts.map(({ file, ...content }, index) => ({
            file,
            rows: facts.pageRows[index] ?? 0,
            ...content,
          })),
        });
        await syncFolder(partial);
        // An empty folder may stand in its place.
        await rmdir(path).catch(() => undefined);
        await rename(partial, path);
        await syncFolder(dirname(path));
      });
    },
    abandon: () => Promise.resolve(),
  };
}

/** @returns the parts that are there already, as their bytes tell now; everything else is removed */
async function openFolder(
  partial: string,
  { donePages }: SinkStart,
  nameOf: (index: number) => string,
): Promise<WrittenPart[]> {
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const done = new Set(donePages.map((_, index) => nameOf(index)));
  const leftOvers = (await readdir(partial)).filter((name) => !done.has(name));
  await Promise.all(leftOvers.map((name) => rm(join(partial, name), { recursive: true })));
  return Promise.all(
    donePages.map(async ({ offset }, index) => {
      const file = nameOf(index);
      return { file, bytes: offset, sha256: await hashOf(join(partial, file)) };
    }),
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function writePart(path: string, start: SinkStart, rows: AsyncIterable<Buffer>): Promise<WrittenPart> {
  const bytes = await outputBytes({ ...start, hasEarlierRows: false });
  const file = await writingTo(path, () => PartFile.open(path));
  const hash = createHash('sha256');
  const write = async (chunk: Buffer): Promise<void> => {
    hash.update(chunk);
    await writingTo(path, () => file.write(chunk));
  };
  try {
    for await (const chunk of bytes.page(rows)) await write(chunk);
    for await (const chunk of bytes.end(file.offset === 0)) await write(chunk);
  } catch (error) {
    await file.close();
    throw error;
  }
  await writingTo(path, () => file.commit());
  return { file: basename(path), bytes: file.offset, sha256: hash.digest('hex') };
}

type Complete = {
  readonly start: SinkStart;
  readonly facts: ExportFacts;
  readonly parts: readonly DatasetPart[];
};

async function writeManifest(path: string, { start, facts, parts }: Complete): Promise<void> {
  const { plan, columns, types } = start;
  const manifest = datasetManifest({
    ...facts,
    query: plan.soql,
    operation: plan.operation,
    completedAt: new Date().toISOString(),
    format: plan.format as ResultFormat,
    isGzip: plan.gzip === true,
    parts,
    columns,
    ...(types === undefined ? {} : { types }),
  });
  const file = await PartFile.open(path);
  await file.write(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  await file.commit();
}
