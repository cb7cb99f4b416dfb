import { expect, it } from 'vitest';
import { canonicalValue } from '../../../../src/lib/load/keys/canonical.js';

it.each([
  ['912260031', '9.12260031E8'],
  ['0.5', '.5'],
  ['12', '12.0'],
  ['-0', '0.0'],
  ['1e3', '1000.0'],
  ['+7', '7'],
  ['0.0001', '1.0E-4'],
  ['2024-05-01T10:00:00+02:00', '2024-05-01T08:00:00.000Z'],
  ['2024-05-01T10:00:00-0330', '2024-05-01T13:30:00.000Z'],
  ['2024-05-01T10:00:00.123987Z', '2024-05-01T10:00:00.123Z'],
  ['2024-05-01', '2024-05-01T00:00:00.000Z'],
  ['10:15:00', '10:15:00.000Z'],
  ['10:15:00.5Z', '10:15:00.500Z'],
  ['TRUE', 'true'],
  ['False', 'false'],
  ['#N/A', ''],
  ['0015g00000abcDE', '0015g00000abcDEAAY'],
])('takes %s and %s for the same value', (uploaded, returned) => {
  expect(canonicalValue(uploaded)).toBe(canonicalValue(returned));
});

it.each([
  ['Acme', 'ACME'],
  ['a', 'a '],
  ['1', '2'],
  ['10000000000000000001', '10000000000000000002'],
  ['001E00000012345', '001E00000012346'],
  ['2024-05-01T10:00:00.123Z', '2024-05-01T10:00:00.124Z'],
  ['2024-13-01', '2024-13-02'],
  ['10:15:00.001', '10:15:00.002Z'],
  ['0015g00000abcDEAAY', '0015g00000abcDFAAY'],
  ['true', 'truer'],
  ['', '0'],
])('keeps %s and %s apart', (one, other) => {
  expect(canonicalValue(one)).not.toBe(canonicalValue(other));
});

it('leaves text as it is', () => {
  for (const text of ['Acme Ltd.', '+1 555 0100', '1.2.3', 'eighteen character', 'é', 'Total']) {
    expect(canonicalValue(text)).toBe(text);
  }
});
