import { expect, test } from 'vitest';
import { referencePages } from '../../scripts/reference/pages.ts';
import { saidCodes } from '../../scripts/reference/said-codes.ts';
import { sourceFiles } from '../../scripts/reference/source.ts';
import { pageText } from '../support/docs-page.ts';

test.each(referencePages())('%s says what the code says: "npm run reference" writes it', (path, text) => {
  expect(pageText(path)).toBe(text);
});

test('every code that a problem, a warning or an unsent row can have is told with what it means', () => {
  const files = sourceFiles();
  const said = saidCodes(files);
  expect(said.filter(({ messages }) => messages.length === 0)).toEqual([]);
  const codes = new Set(said.map(({ code }) => code));
  // However a problem comes to its code, the code stands in the sources as a property, or in a type of codes.
  const written = files.flatMap(({ text }) => [
    ...[...text.matchAll(/\bcode: '([A-Z][A-Z_]{3,})'/g)].map(([, code = '']) => code),
    ...[...text.matchAll(/^(?:export )?type \w+Code =([^;]*);/gm)].flatMap(([, members = '']) =>
      [...members.matchAll(/'([A-Z][A-Z_]{3,})'/g)].map(([, code = '']) => code),
    ),
  ]);
  expect(written.length).toBeGreaterThan(100);
  expect([...new Set(written)].filter((code) => !codes.has(code) && code !== 'OTHER')).toEqual([]);
});
