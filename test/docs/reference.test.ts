import { expect, test } from 'vitest';
import { referencePages } from '../../scripts/reference/pages.ts';
import { pageText } from '../support/docs-page.ts';

test.each(referencePages())('%s says what the code says: "npm run reference" writes it', (path, text) => {
  expect(pageText(path)).toBe(text);
});
