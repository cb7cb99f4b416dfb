import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import type preciseWidth from 'string-width';

type Exports = { readonly default: typeof preciseWidth };

let precise: typeof preciseWidth | undefined;

/** Letters and punctuation of Western languages, each one column wide. */
const plain = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e]*$/;

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  const shown = stripVTControlCharacters(text);
  if (plain.test(shown)) return shown.length;
  // Its tables of emoji take longer to build than most other modules take to load, and few texts have any.
  precise ??= (createRequire(import.meta.url)('string-width') as Exports).default;
  return precise(shown);
}
