import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FilePlace } from '../../../../src/lib/files/output-place.js';
import { openFileSink } from '../../../../src/lib/export/sinks/file-sink.js';
import type { RecordSink } from '../../../../src/lib/export/sinks/sink.js';
import { tempFolder } from '../../../support/temp-folder.ts';
import { factsOf, rows, sinkStart } from './sink-start.ts';

const formats = [
  { format: 'csv' },
  { format: 'json' },
  { format: 'ndjson' },
  { format: 'csv', gzip: true },
  { format: 'json', gzip: true },
];

describe.each(formats)('as %o', (plan) => {
  test('a page that begins again leaves no trace, whether it was the first or not', async () => {
    const whole = await written(plan, async (sink) => {
      await sink.page(rows('"1","a"\n"2","b"\n'));
      await sink.page(rows('"3","c"\n'));
    });
    const begunAgain = await written(plan, async (sink) => {
      await sink.page(rows('"1","a"\n"2","this is lo')).catch(() => undefined);
      await sink.rewind?.(false);
      await sink.page(rows('"1","a"\n"2","b"\n'));
      await sink.page(
        rows(...Array<string>(10_000).fill('"3","what is written out before it breaks off"\n')),
      );
      await sink.rewind?.(true);
      await sink.page(rows('"3","c"\n'));
    });
    expect(begunAgain.equals(whole)).toBe(true);
    expect((plan.gzip ? gunzipSync(whole) : whole).toString()).toContain('c');
  });
});

test('a Parquet file takes no page back, so it has to be given whole ones', async () => {
  const sink = await openFileSink(sinkStart({ format: 'parquet' }), filePlace(await tempFolder()));
  expect('rewind' in sink).toBe(false);
  await sink.abandon();
});

/** What is in the partial file when a sink has taken the pages, and nothing else beside it. */
async function written(
  plan: Parameters<typeof sinkStart>[0],
  take: (sink: RecordSink) => Promise<void>,
): Promise<Buffer> {
  const folder = await tempFolder();
  const place = filePlace(folder);
  const sink = await openFileSink(sinkStart(plan), place);
  await take(sink);
  await sink.finish(factsOf(2, 1));
  expect(await readdir(folder)).toEqual(['records.own.part']);
  return readFile(place.partial);
}

function filePlace(folder: string): FilePlace {
  return { kind: 'file', path: join(folder, 'records'), partial: join(folder, 'records.own.part') };
}
