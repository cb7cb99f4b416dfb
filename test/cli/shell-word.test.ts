import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/cli/shell-word.js';
import { needing } from '../support/systems.ts';

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
