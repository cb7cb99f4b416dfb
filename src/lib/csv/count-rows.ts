import { vectorCounter } from './count-rows-by-vector.js';
import { countRowsByWord } from './count-rows-by-word.js';
import type { CountRows } from './row-position.js';

let fastest: CountRows | undefined;

/** Counts records as fast as the machine can. */
export const countRows: CountRows = (chunk, before) => {
  fastest ??= vectorCounter() ?? countRowsByWord;
  return fastest(chunk, before);
};
