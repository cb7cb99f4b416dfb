import { expect, test } from 'vitest';
import { evenParagraphs, paragraph } from '../../src/cli/paragraphs.js';

test('a heading has one blank line before it and none behind it, in color too', () => {
  const text = 'Error: no such file.\n\n\n\x1B[34mTry this:\x1B[39m\n\nName another one.\nOr none.\n';
  expect(evenParagraphs(text)).toBe(
    'Error: no such file.\n\n\x1B[34mTry this:\x1B[39m\nName another one.\nOr none.',
  );
});

test('blank lines between paragraphs are one, and there are none at the ends', () => {
  expect(evenParagraphs('\n\none\n\n\n\ntwo\n  three\n\n')).toBe('one\n\ntwo\n  three');
});

test('text without blank lines stays as it is', () => {
  expect(evenParagraphs('one:\n  two')).toBe('one:\n  two');
  expect(evenParagraphs('')).toBe('');
});

test('next steps stand apart in the same way', () => {
  expect(`Done.\n${paragraph('Next steps:', ['  Retry:', '    sf'])}`).toBe(
    'Done.\n\nNext steps:\n  Retry:\n    sf',
  );
});
