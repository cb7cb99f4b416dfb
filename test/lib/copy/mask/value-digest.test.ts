import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { valueDigest } from '../../../../src/lib/copy/mask/value-digest.js';

test.each([16, 32, 63, 64, 65, 1_000])(
  'a digest is the HMAC of the text, with a key of %i bytes',
  (length) => {
    const key = Buffer.from(Array.from({ length }, (_, index) => (index * 37) % 256));
    const digest = valueDigest(key);
    for (const text of ['', 'a', 'Größe 🙂', 'x'.repeat(10_000)]) {
      expect(digest(text).toString('hex')).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
  },
);
