import { test } from 'vitest';
import { fuzzAnswers } from './hostile/fuzz.ts';

/** `npm run test:hostile` tries many more. */
test('whatever an org answers, nothing is written elsewhere, no token is told, and all of it ends with an error of ours', async () => {
  await fuzzAnswers(25);
}, 240_000);
