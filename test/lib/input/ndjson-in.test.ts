import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readNdjson } from '../../../src/lib/input/ndjson-in.js';
import { readableOnly } from '../../../src/lib/input/unreadable-record.js';
import { cutsInTwo, gather as gatherAll, singleBytes } from '../output/support.ts';

const gather = (records: ReturnType<typeof readNdjson>) => gatherAll(readableOnly(records));

function read(text: string | Buffer): Promise<unknown[]> {
  return gather(readNdjson([Buffer.from(text)], 'in.ndjson'));
}

describe('readNdjson', () => {
  it('reads what JSON.parse reads from each line, at every chunk boundary', async () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom('\n', '\r\n'), async (items, newline) => {
        const lines = items.map((item) => JSON.stringify(item));
        const bytes = Buffer.from(lines.join(newline));
        for (const chunks of [...cutsInTwo(bytes), singleBytes(bytes)]) {
          const read = await gather(readNdjson(chunks, 'in.ndjson'));
          expect(read).toEqual(lines.map((line): unknown => JSON.parse(line)));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('skips blank lines and a byte order mark', async () => {
    expect(await read('\uFEFF{"a":1}\n\n  \r\n{"a":2}\n')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await read('')).toEqual([]);
  });

  it.each([
    ['{"a":1}\n\n[1]\n', 'in.ndjson, row 2: The record on line 3 is not a JSON object.'],
    ['{"a":1}\n{"a":\n', /^in\.ndjson, row 2: The record on line 2 is not valid JSON: /],
    ['{"a":1}\n2', 'in.ndjson, row 2: The record on line 2 is not a JSON object.'],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('takes files of any length', async () => {
    const chunk = Buffer.from(`${' '.repeat(1024 * 1024)}\n{}`);
    const chunks = Array.from({ length: 40 }, () => chunk);
    expect(await gather(readNdjson(chunks, 'in.ndjson'))).toHaveLength(40);
  });

  it('refuses a line that does not end', async () => {
    function* endless(): Generator<Buffer> {
      yield Buffer.from('{}\n');
      for (;;) yield Buffer.alloc(1024 * 1024, ' ');
    }
    await expect(gather(readNdjson(endless(), 'in.ndjson'))).rejects.toThrow('line 2 is longer than');
  });
});
