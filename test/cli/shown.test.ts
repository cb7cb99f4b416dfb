import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shown, shownJson, shownLine, visible, shellWord } from '../../src/cli/shown.js';
import { keepSecret } from '../../src/lib/secrets.js';
import { anyText } from '../support/any-text.ts';
import { execFileSync } from 'node:child_process';
import { needing } from '../support/systems.ts';

test.each([
  ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
  ['an OSC with its bell', '\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['the CSI of C1', '\u009b2J', '\\u009b2J'],
  ['what turns the direction', 'invoice\u202efdp.exe', 'invoice\\u202efdp.exe'],
  ['isolates and marks', '\u2066a\u2069\u200f\u061c', '\\u2066a\\u2069\\u200f\\u061c'],
  ['a return that writes over a line', 'safe\rEVIL', 'safe\\u000dEVIL'],
  ['line ends that are not seen', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
  ['deletes and backspaces', 'a\u0008\u007f', 'a\\u0008\\u007f'],
  ['line ends and tabs stay', 'a\r\nb\n\tc', 'a\nb\n\tc'],
  ['emoji and scripts stay', '東京 Zürich \u{1F600}', '東京 Zürich \u{1F600}'],
  ['no command for a CI system', 'x\n::add-mask::y\n  ##vso[a]', 'x\n\\::add-mask::y\n  \\##vso[a]'],
])('%s', (_, text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('a line is one line', () => {
  expect(shownLine('a\nb\r\nc')).toBe('a\\nb\\nc');
});

test('no text commands a terminal', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(shown(text)).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u);
    }),
  );
});

describe('JSON', () => {
  test('says the same when it is made visible', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('has no token in it, and is exact where no terminal shows it', () => {
    const token = '00D000000000001AAA!AQshownJson.0123456789';
    keepSecret(token);
    const value = { message: `was sent ${token}`, name: '\u009b2J' };
    expect(shownJson(value, false)).toEqual({ message: 'was sent [access token]', name: '\u009b2J' });
    expect(shownJson(value, true)).toEqual({ message: 'was sent [access token]', name: '\\u009b2J' });
  });
});

test.each(['/tmp/a-b_c.csv', 'me+x@example.com', ''])('a plain word or nothing is readable: %j', (word) => {
  expect(shellWord(word)).toBe(word === '' ? "''" : word);
});

needing('a POSIX shell').each([
  'a b',
  "it's",
  '$(touch x)',
  '`id`; rm -rf *',
  '"quoted"',
  '~/x',
  'new\nline',
  '-f',
])('a shell takes %j as one word, to the letter', (word) => {
  const output = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' });
  expect(output).toBe(word);
});

test('on Windows, paths stay as they are, and words with blanks get double quotes', () => {
  expect(shellWord('C:\\data\\results', 'win32')).toBe('C:\\data\\results');
  expect(shellWord('C:\\my data', 'win32')).toBe('"C:\\my data"');
});
