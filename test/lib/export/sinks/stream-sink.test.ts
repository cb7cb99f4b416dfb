import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { OutputClosedError, OutputError } from '../../../../src/lib/export/sinks/errors.js';
import { openStreamSink } from '../../../../src/lib/export/sinks/stream-sink.js';
import { failureOf } from '../../../support/failure-of.ts';
import { factsOf, rows, sinkStart } from './sink-start.ts';
import { needing } from '../../../support/systems.ts';

const page = '"1","a"\n'.repeat(50_000);

/** Pages until the sink has enough. */
async function writeForEver(stream: Writable): Promise<void> {
  const sink = await openStreamSink(sinkStart(), stream);
  for (let count = 0; count < 1000; count++) await sink.page(rows(page));
  await sink.finish(factsOf());
}

describe('a stream that takes no more', () => {
  test('a pipe whose reader has gone ends the export at once, as closed', async () => {
    const reader = spawn('head', ['-c', '1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const error = await failureOf(writeForEver(reader.stdin));
    expect(error).toBeInstanceOf(OutputClosedError);
  });

  test('a stream that is closed while it is full does not keep the export waiting', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    const failed = failureOf(writeForEver(stream));
    setImmediate(() => stream.destroy());
    expect(await failed).toBeInstanceOf(OutputClosedError);
  });

  needing('/dev/full')('a full disk is an error of its own', async () => {
    const error = await failureOf(writeForEver(createWriteStream('/dev/full')));
    expect(error).toBeInstanceOf(OutputError);
    expect(error.message).toContain('ENOSPC');
  });
});

test('a slow stream is waited for, and is not ended', async () => {
  const stream = new PassThrough({ highWaterMark: 16 });
  const read = text(stream);
  const sink = await openStreamSink(sinkStart(), stream);
  await sink.page(rows('"1","a', '"\n"2","b"\n'));
  await sink.page(rows('"3","c"\n'));
  await sink.finish(factsOf());
  expect(stream.writableEnded).toBe(false);
  stream.end();
  expect(await read).toBe('"Id","Name"\n"1","a"\n"2","b"\n"3","c"\n');
});
