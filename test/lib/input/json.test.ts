import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/lib/errors.js';
import { readJson } from '../../../src/lib/input/json.js';
import { readNdjson } from '../../../src/lib/input/ndjson-in.js';
import { readableOnly, UnreadableRecord } from '../../../src/lib/input/unreadable-record.js';
import { cutsInTwo, gather as gatherAll, singleBytes } from '../output/support.ts';

const gather = (records: ReturnType<typeof readJson>) => gatherAll(readableOnly(records));

function read(text: string | Buffer): Promise<unknown[]> {
  return gather(readJson([Buffer.from(text)], 'in.json'));
}

const records = fc.array(
  fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', '{', ']', ' ') }), fc.jsonValue(), {
    maxKeys: 4,
  }),
  { maxLength: 4 },
);

describe('readJson', () => {
  it('reads what JSON.parse reads, at every chunk boundary', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(undefined, 2, '\t'), async (items, indent) => {
        const bytes = Buffer.from(JSON.stringify(items, null, indent));
        const expected: unknown = JSON.parse(bytes.toString());
        for (const chunks of [...cutsInTwo(bytes), singleBytes(bytes)]) {
          expect(await gather(readJson(chunks, 'in.json'))).toEqual(expected);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('reads objects one after another, as NDJSON in a .json file', async () => {
    expect(await read('{"a":1}\n{"a":2} {"a":\n3}\n')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('takes a byte order mark and blanks around everything', async () => {
    expect(await read('\uFEFF \r\n[ {} ,\n\t{"a": "]}"} ] \n')).toEqual([{}, { a: ']}' }]);
  });

  it('has no records in an empty array', async () => {
    expect(await read('[ ]')).toEqual([]);
  });

  it.each([
    ['a tree file', '{"records":[{"a":1},{"a":2}]}'],
    [
      'what --json prints',
      '{"status":0,"result":{"records":[{"a":1},{"a":2}],"totalSize":2,"done":true},"warnings":[]}',
    ],
    [
      'the same, in lines',
      '\uFEFF{\n  "status": 0,\n  "warnings": ["a \\"]\\" [{"],\n  "result": {\n    "done": true,\n    "records": [\n {"a":1},\n {"a":2} ]\n  }\n}\n',
    ],
    ['a result that is the list', '{"status":0,"result":[{"a":1},{"a":2}]}'],
    ['a page of the REST API', '{"totalSize":2,"done":true,"records":[{"a":1},{"a":2}]}'],
    ['records between other members', '{"result":{"x":{"records":[{"a":0}]}},"records":[{"a":1},{"a":2}]}'],
  ])('takes records out of their envelope, at every chunk boundary: %s', async (_, text) => {
    const bytes = Buffer.from(text);
    for (const chunks of [...cutsInTwo(bytes), singleBytes(bytes)]) {
      expect(await gather(readJson(chunks, 'in.json'))).toEqual([{ a: 1 }, { a: 2 }]);
    }
  });

  it('finds the records of an envelope behind elements that are none', async () => {
    const bytes = Buffer.from('{"totalSize":4,"records":[null,[{"a":0}],"]{",{"a":1}],"done":true}');
    for (const chunks of [...cutsInTwo(bytes), singleBytes(bytes)]) {
      const [nothing, array, text, record, ...others] = await gatherAll(readJson(chunks, 'in.json'));
      expect([nothing, array, text].map((each) => each instanceof UnreadableRecord)).not.toContain(false);
      expect([record, ...others]).toEqual([{ a: 1 }]);
    }
  });

  it('has no records in an envelope with none', async () => {
    expect(await read('{"status":0,"result":{"records":[],"done":true}}')).toEqual([]);
  });

  it.each(['{"a":1,"records":[1,2]}', '{"result":"x","b":{"records":[{}]}}', '{"records":{"a":[{}]}}'])(
    'takes an object for a record that only looks like an envelope: %s',
    async (text) => {
      expect(await read(text)).toEqual([JSON.parse(text)]);
    },
  );

  it.each([
    ['{"records":[{"a":1}]', /is not complete: it ends or breaks/],
    ['{"records":[{"a":1}]} x', /is not complete: it ends or breaks/],
    ['{"result":{"records":[{"a":1}', /array is not closed/],
    ['{"done":false,"records":[{"a":1}]}', /one page of a query's result/],
    ['{"status":0,"result":{"records":[{"a":1}],"done":false}}', /one page of a query's result/],
  ])('refuses an envelope that is broken or not all: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([
    [
      '{"status":1,"name":"INVALID_FIELD","message":"no such\\ncolumn","exitCode":1}',
      'is an error of the Salesforce CLI, not data: "no such column". Run',
    ],
    ['{"status":0,"result":{"done":true,"totalSize":1},"name":"x"}', 'that has no list of records.'],
    ['{"status":0,"result":{"records":[1]}}', 'that has no list of records.'],
  ])('refuses what the CLI prints instead of records: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(gather(readNdjson([Buffer.from(text)], 'in.ndjson'))).rejects.toThrow(message);
  });

  it.each([
    [
      '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
      'is an error that the org answered, not data: "INVALID_SESSION_ID: Session expired or invalid". Run',
    ],
    ['[{"message":"m","errorCode":"NOT_FOUND","fields":[]}]', '"NOT_FOUND: m"'],
    ['{"error":"invalid_grant","error_description":"expired"}', '"invalid_grant: expired"'],
  ])('refuses what an org answers instead of records: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    const line = text.replaceAll(/^\[|\]$/g, '');
    await expect(gather(readNdjson([Buffer.from(line)], 'in.ndjson'))).rejects.toThrow(message);
  });

  it.each([
    '{"errorCode":"E","message":"m","Name":"n"}',
    '{"errorCode":"E","Message":"m"}',
    '{"error":"e"}',
    '{"status":"Open","message":"m","exitCode":1}',
    '{"status":1,"name":"n","message":"m"}',
    '{"status":0,"result":"fine"}',
  ])('takes records with some of the same members: %s', async (text) => {
    expect(await read(text)).toEqual([JSON.parse(text)]);
  });

  it('leaves numbers that JavaScript cannot hold as they were written', async () => {
    const text =
      '[{"id":12345678901234567890,"n":0.1,"d":1.00000000000000000001,"s":"12345678901234567890","e":1e3}]';
    expect(await read(text)).toEqual([
      { id: '12345678901234567890', n: 0.1, d: '1.00000000000000000001', s: '12345678901234567890', e: 1000 },
    ]);
  });

  it.each([
    ['', 'in.json: There is no JSON in it.'],
    ['Id,Name\n', 'in.json: It is neither a JSON array nor JSON objects.'],
    ['[{"a":1}', 'in.json: The array is not closed: the input ends after 1 records.'],
    ['[{"a":1},', 'in.json: The array is not closed: the input ends after 1 records.'],
    ['[{"a":1},{"a":', 'in.json, row 2: The record is not complete: the input ends inside it.'],
    ['[{"a":1},{"a":"', 'in.json, row 2: The record is not complete: the input ends inside it.'],
    ['[{"a":1} {"a":2}]', 'in.json: A comma is missing after record 1.'],
    ['[{"a":1},]', 'in.json, row 2: The record is not a JSON object.'],
    ['[,{"a":1}]', 'in.json, row 1: The record is not a JSON object.'],
    ['[{"a":1},null]', 'in.json, row 2: The record is not a JSON object.'],
    ['[[1]]', 'in.json, row 1: The record is not a JSON object.'],
    ['[{"a":1}]]', 'in.json: There is text after the end of the array.'],
    ['[{"a":1}] x', 'in.json: There is text after the end of the array.'],
    ['[{"a":1},{a:1}]', /^in\.json, row 2: The record is not valid JSON: /],
    ['[{"a":1},{"a":]}]', /^in\.json, row 2: The record is not valid JSON: /],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(InputError);
    await expect(read(text)).rejects.toThrow(message);
    const bytes = singleBytes(Buffer.from(text));
    await expect(gather(readJson(bytes, 'in.json'))).rejects.toThrow(message);
  });

  it('gives every other record as it is when one is damaged, or refuses all', async () => {
    const record = fc.record({ a: fc.constantFrom(1, 'x', '},{', ',', [{ b: 'y' }], { c: [] }) });
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', 'x', '\\'),
      fc.boolean(),
    );
    let spared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 2, maxLength: 5 }),
        fc.nat(),
        damage,
        async (items, nth, hit) => {
          const texts = items.map((item) => JSON.stringify(item));
          const broken = nth % items.length;
          const [place, put, isAdded] = hit;
          const text = texts[broken] ?? '';
          const at = place % text.length;
          texts[broken] = text.slice(0, at) + put + text.slice(isAdded ? at : at + 1);
          const read = await gatherAll(readJson([Buffer.from(`[${texts.join(',')}]`)], 'in.json')).catch(
            () => undefined,
          );
          if (read === undefined) return;
          spared += 1;
          expect(read.toSpliced(broken, 1)).toEqual(items.toSpliced(broken, 1));
        },
      ),
      { numRuns: 500 },
    );
    expect(spared).toBeGreaterThan(50);
  });

  it('refuses text that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xe9]), Buffer.from('"}]')]);
    await expect(read(bytes)).rejects.toThrow('in.json, row 1: The record is not UTF-8 text.');
  });

  it('refuses an object that does not end', async () => {
    function* endless(): Generator<Buffer> {
      yield Buffer.from('[{"a":"');
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    }
    await expect(gather(readJson(endless(), 'in.json'))).rejects.toThrow('row 1: The record is longer than');
  });
});
