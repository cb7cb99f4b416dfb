import type { CsvRecord } from '../csv/record-tokenizer.js';
import { matchText, setKeyHash } from '../load/check/match-text.js';
import type { CopyMatch, CopyObject } from '../run/copy-record.js';
import { idWords } from '../csv/record-id.js';
import { templateOf, type RowTemplate } from './row-template.js';

/** What is known of a record's key. `empty`: it has none. `new`: it names a record that the target has not got. */
export type MatchKeyState = 'empty' | 'new' | 'key';

/** Makes the values of an object's key out of the records of the source. */
export function keyValues({ match, set }: CopyObject, columns: readonly string[]): RowTemplate[] {
  return (match?.fields ?? []).map(({ field }) => templateOf(set[field] ?? `\${${field}}`, columns));
}

export type MatchKeySetup = {
  readonly match: CopyMatch;
  /** One for each field of the key. */
  readonly values: readonly RowTemplate[];
  /** Makes the text of the target out of one of the source, by the field's place; undefined where it has none. */
  readonly translate?: (place: number, text: string) => string | undefined;
};

/** Brings the key of one record after the other to 96 bits: those of equal keys are the same on both sides. */
export class MatchKeyReader {
  /** Of the record that was read last. */
  readonly words = new Uint32Array(idWords);
  readonly #setup: MatchKeySetup;

  constructor(setup: MatchKeySetup) {
    this.#setup = setup;
  }

  /** Sets `words` where the record has a key. A key is empty when each of its values is. */
  read(record: CsvRecord): MatchKeyState {
    const { match, values, translate } = this.#setup;
    let key = '';
    let isEmpty = true;
    for (const [place, { compare }] of match.fields.entries()) {
      const own = matchText(values[place]?.(record) ?? '', compare);
      if (own !== '') isEmpty = false;
      const text = own === '' || translate === undefined ? own : translate(place, own);
      if (text === undefined) return 'new';
      // With its length before it, so that "ab" and "c" are not "a" and "bc".
      key += `${text.length}:${text}`;
    }
    if (isEmpty) return 'empty';
    setKeyHash(key, this.words);
    return 'key';
  }
}
