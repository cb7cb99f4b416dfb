import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FilePlace } from '../../files/output-place.js';
import { hashOf } from '../../files/file-facts.js';
import { PartFile } from '../../files/part-file.js';
import { syncFolder } from '../../files/replace-file.js';
import {
  datasetManifest,
  manifestFileName,
  partFileName,
  type DatasetPart,
} from '../../output/dataset-manifest.js';
import type { ResultFormat } from '../../output/writer.js';
import type { FolderPlace } from '../../run/export-plan.js';
import { writingTo } from './errors.js';
import type { ExportFacts, RecordSink, SinkStart } from './sink.js';
import { outputBytes } from './output-bytes.js';

type WrittenPart = Omit<DatasetPart, 'rows'>;

/**
 * Writes each page to a file of its own, in a partial folder that can be resumed after any page, and that `publish`
 * gives its name.
 */
export async function openFolderSink(start: SinkStart, place: FolderPlace): Promise<RecordSink> {
  const { path, partial } = place;
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
  await makeOwnFolder(partial);
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

/** It is there when an export is resumed; a link in its place is none. */
async function makeOwnFolder(partial: string): Promise<void> {
  const found = await lstat(partial).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  await rm(partial, { force: true });
  await mkdir(partial, { mode: 0o755 });
}

function inOwnFolder(path: string): FilePlace {
  return { kind: 'file', path, partial: `${path}.part` };
}

async function writePart(path: string, start: SinkStart, rows: AsyncIterable<Buffer>): Promise<WrittenPart> {
  const bytes = await outputBytes({ ...start, hasEarlierRows: false });
  const file = await writingTo(path, () => PartFile.open(inOwnFolder(path)));
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
  const file = await PartFile.open(inOwnFolder(path));
  await file.write(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  await file.commit();
}
