import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordTokenizer } from '../../../../src/lib/csv/record-tokenizer.js';
import { addCanonically } from '../../../../src/lib/load/collect/row-hash.js';
import { canonicalValue } from '../../../../src/lib/load/keys/canonical.js';
import { Fingerprint } from '../../../../src/lib/load/collect/fingerprint.js';

function hashOf(cell: string): string {
  const bytes = Buffer.from(`${cell},end\n`);
  const record = new RecordTokenizer(',');
  record.next(bytes, 0, { to: bytes.length, isEnd: true });
  const hash = new Fingerprint().reset();
  addCanonically(hash, record, 0);
  return `${hash.high}-${hash.low}`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

it.each([
  ['912260031', '"9.12260031E8"'],
  ['2024-05-01T10:00:00+02:00', '"2024-05-01T08:00:00.000Z"'],
  ['TRUE', '"true"'],
  ['#N/A', '""'],
  ['0015g00000abcDE', '"0015g00000abcDEAAY"'],
  ['Müller', '"Müller"'],
  ['"one\r\ntwo"', '"one\ntwo"'],
])('takes %s and %s for the same cell', (uploaded, returned) => {
  expect(hashOf(uploaded)).toBe(hashOf(returned));
});

it('agrees with the canonical value of any text', () => {
  const piece = fc.constantFrom(
    '1',
    '0',
    '.',
    '-',
    'E',
    'e',
    '+',
    'T',
    ':',
    'true',
    'F',
    '#N/A',
    'a',
    '"',
    ' ',
    'é',
    '\n',
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const areEqual = canonicalValue(one) === canonicalValue(other);
      expect(hashOf(quoted(one)) === hashOf(quoted(other))).toBe(areEqual);
    }),
    { numRuns: 2_000 },
  );
});

it('takes a cell that a record does not have for an empty one', () => {
  const record = new RecordTokenizer(',');
  record.next(Buffer.from('a\n'), 0, { to: 2, isEnd: true });
  const hash = new Fingerprint().reset();
  addCanonically(hash, record, 3);
  expect(`${hash.high}-${hash.low}`).toBe(hashOf('""'));
});
