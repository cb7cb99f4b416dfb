import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleOutput } from '../../../src/cli/query/data-output.js';
import { visible } from '../../../src/cli/shown.js';
import { anyText } from '../../support/any-text.ts';

/** What a terminal is given when these pieces are written. */
async function onTerminal(pieces: readonly Buffer[]): Promise<string> {
  let text = '';
  const terminal = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const output = visibleOutput(terminal);
  for (const piece of pieces) output.write(piece);
  await new Promise((ended) => output.end(() => ended(undefined)));
  return text;
}

test('records on a terminal are visible text, however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.nat(), fc.nat(), async (text, one, other) => {
      const bytes = Buffer.from(text);
      const [first, second] = [one % (bytes.length + 1), other % (bytes.length + 1)].sort((a, b) => a - b);
      const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      expect(await onTerminal(pieces)).toBe(visible(bytes.toString()));
    }),
  );
});

test('CRLF stays the end of a line', async () => {
  expect(await onTerminal([Buffer.from('a\r'), Buffer.from('\nb\rc')])).toBe('a\r\nb\\u000dc');
});

test('a terminal that is gone ends the output', async () => {
  const terminal = new Writable({ write: (_, __, done) => done(new Error('gone')) });
  const output = visibleOutput(terminal);
  const failed = new Promise((told) => output.once('error', told));
  output.write('x');
  await expect(failed).resolves.toMatchObject({ message: 'gone' });
});
