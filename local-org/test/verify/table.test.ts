import { describe, expect, it } from 'vitest';
import { listOf, tableOf, verdictOf, type Compared } from '../../verify/table.ts';

function compared(fact: string, local: Compared['local'], real: Compared['real']): Compared {
  const ask = (): Promise<string> => Promise.resolve('');
  return { probe: { fact, known: 'seen', source: 'captures', ask }, local, real };
}

const same = compared('a', { said: '200' }, { said: '200' });
const different = compared('b', { said: '200' }, { said: '400 X: a|b\nc' });
const unasked = compared('c', { said: '200' }, { cannot: 'the org has no Product2' });

describe('the table', () => {
  it('has differences first, then what was not asked, then what is the same', () => {
    expect([same, different, unasked].map(verdictOf)).toEqual(['same', 'different', 'unasked']);
    expect(tableOf([same, unasked, different]).split('\n')).toEqual([
      '| Fact | Source | Local org | Real org | Same? |',
      '| - | - | - | - | - |',
      '| b | seen: captures | `200` | `400 X: a\\|b c` | **no** |',
      '| c | seen: captures | `200` | not asked: the org has no Product2 | not asked |',
      '| a | seen: captures | `200` | the same | yes |',
    ]);
  });

  it('is a table whatever an org says', () => {
    const odd = compared('d', { said: '' }, { said: `\`x\` ${'y'.repeat(400)}` });
    const line = tableOf([odd]).split('\n')[2] ?? '';
    expect(line).toMatch(/^\| d \| seen: captures \| \(nothing\) \| `` `x` y{200,300}… `` \| \*\*no\*\* \|$/);
  });

  it('names the switches of a fact', () => {
    const probe = { ...same.probe, switches: ['gzip', 'locators'] };
    expect(tableOf([{ ...same, probe }])).toContain('| a (`gzip`, `locators`) |');
  });
});

it('what no probe asks for is listed with the reason', () => {
  expect(listOf([{ fact: 'It rains', reason: 'nobody can tell' }])).toBe('- It rains: nobody can tell.');
});
