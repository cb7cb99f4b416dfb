import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { matchText, setKeyHash } from '../../load/check/match-text.js';
import type { CopyMatch, CopyObject, CopyOwners } from '../../run/copy-record.js';
import { finderByName } from './by-name.js';
import type { CopyMaps, KnownRecord } from '../model/copy-maps.js';
import { idWords, readId, writeId, writeIdIn } from '../../csv/record-id.js';
import { templateOf, type RowTemplate } from '../plan/row-template.js';
import { ExportedRecords } from '../source/exported-records.js';

/** What is known of a record's key. `empty`: it has none. `new`: it names a record that the target has not got. */
export type MatchKeyState = 'empty' | 'new' | 'key';

type KeyFields = Pick<CopyObject, 'set'> & {
  readonly match?: { readonly fields: ReadonlyArray<{ readonly field: string }> };
};

/** Makes the values of an object's key out of the records of the source. */
export function keyValues({ match, set }: KeyFields, columns: readonly string[]): RowTemplate[] {
  return (match?.fields ?? []).map(({ field }) => templateOf(set[field] ?? `\${${field}}`, columns));
}

export type MatchKeySetup = {
  readonly match: Pick<CopyMatch, 'fields'>;
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
    for (const [place, { compare, scale }] of match.fields.entries()) {
      const own = matchText(values[place]?.(record) ?? '', compare, scale);
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

type TranslatorSetup = {
  readonly object: CopyObject;
  readonly match: Pick<CopyMatch, 'fields'>;
  /** Objects of the copy by the first three characters of their ids in the source. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly owners: CopyOwners | undefined;
  readonly find: (object: string, id: Uint32Array) => KnownRecord;
};

type SourceKeys = Omit<TranslatorSetup, 'find'> & {
  readonly exported: ExportedRecords;
  /** Which records of the source are which of the target. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of records outside of this one too. */
  readonly known: CopyMaps;
};

/** Reads the keys of records of the source, as the target has them. */
export function sourceKeyReader({ matches, known, ...setup }: SourceKeys): MatchKeyReader {
  const { object, match, exported } = setup;
  return new MatchKeyReader({
    match,
    values: keyValues({ match, set: object.set }, exported.columns),
    translate: keyTranslator({
      ...setup,
      find: (name, id) => matches.find(name, id) ?? known.find(name, id),
    }),
  });
}

/**
 * Visits the records of the target that have a key.
 * @param folder that their ids and the fields of the key were exported to
 * @param visit takes the key and the id; valid during the call only
 */
export async function eachTargetKey(
  folder: string,
  match: Pick<CopyMatch, 'fields'>,
  visit: (key: Uint32Array, id: Uint32Array) => void,
): Promise<void> {
  const exported = await ExportedRecords.open(folder);
  const values = match.fields.map(({ field }) => templateOf(`\${${field}}`, exported.columns));
  const keys = new MatchKeyReader({ match, values });
  const id = new Uint32Array(idWords);
  const idCell = exported.indexOf('Id');
  await exported.scan((record) => {
    if (keys.read(record) === 'key' && writeIdIn(record, idCell, id)) visit(keys.words, id);
  });
}

/** Of an id without those that only repeat the case of the others. */
const idCharacters = 15;

/** Makes values of a key as the target has them: lookups are compared by its ids. */
function keyTranslator({
  object,
  match,
  prefixes,
  owners,
  find,
}: TranslatorSetup): (place: number, value: string) => string | undefined {
  const findByName = finderByName(object, owners);
  const lookups = match.fields.map(({ field }) => object.lookups.find((each) => each.field === field));
  const parent = new Uint32Array(idWords);
  return (place, value) => {
    const lookup = lookups[place];
    if (lookup === undefined) return value;
    const name = prefixes.get(value.slice(0, 3));
    const isCopied = name !== undefined && lookup.to.includes(name) && writeId(value, parent);
    const target = isCopied ? find(name, parent) : undefined;
    if (target instanceof Uint32Array) return readId(target);
    return lookup.byName === undefined ? undefined : findByName(lookup, value)?.slice(0, idCharacters);
  };
}
