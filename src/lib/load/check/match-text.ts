import { hash } from 'node:crypto';
import { isSalesforceId } from '../../api/identifiers.js';
import type { DescribeField } from '../../api/types.js';
import { idWords } from '../../csv/record-id.js';
import type { MatchKind } from '../../run/copy-record.js';
import { canonicalValue, isLongId } from '../keys/canonical.js';
import type { CheckedColumn } from './header.js';
import { keyKind, keyText } from './key.js';
import { numberText } from './number-rule.js';

/**
 * A value of a key in the one spelling that stands for all that the target takes for the same; empty for null.
 * @param scale of a number, which the target rounds to so many decimals
 */
export function matchText(value: string, kind: MatchKind, scale?: number): string {
  // The service stores texts without the blanks around them.
  const text = value.trim();
  if (text === '' || text === '#N/A') return '';
  if (kind === 'datetime') return canonicalValue(text);
  if (kind === 'choices') return choicesText(text);
  if (kind === 'id') return isId(text) ? keyText(text, kind) : text;
  const key = keyText(text, kind === 'boolean' ? 'any-case' : kind);
  const isRounded = kind === 'number' && scale !== undefined && numberText.test(key);
  return isRounded ? String(Number(Number(key).toFixed(scale))) : key;
}

function choicesText(text: string): string {
  const choices = text.split(';').map((choice) => keyText(choice.trim(), 'any-case'));
  return [...new Set(choices)]
    .filter((choice) => choice !== '')
    .toSorted()
    .join(';');
}

/** What only looks like an id must not find the record whose id it begins with. */
function isId(text: string): boolean {
  return text.length === 15 ? isSalesforceId(text) : isLongId(text);
}

const numberTypes = new Set(['int', 'double', 'currency', 'percent', 'long']);
const timeTypes = new Set(['date', 'datetime', 'time']);

/** How the target compares values of a field. */
export function compareKind(field: DescribeField): MatchKind {
  if (numberTypes.has(field.type)) return 'number';
  if (timeTypes.has(field.type)) return 'datetime';
  if (field.type === 'multipicklist') return 'choices';
  return field.type === 'boolean' ? 'boolean' : keyKind(field);
}

/** The decimals that the target rounds a number to; undefined where it does not. */
export function compareScale({ type, precision, scale }: DescribeField): number | undefined {
  const hasDecimals = type === 'double' || type === 'currency' || type === 'percent';
  return hasDecimals && (precision ?? 0) > 0 ? scale : undefined;
}

/** What a value of a column is looked up as, before it is compared. */
export function lookupKey({ conversion }: Pick<CheckedColumn, 'conversion'>, written: string): string {
  return conversion?.convert(written) ?? written;
}

/** Of a single value; the same for all spellings of it. */
export function hashKey(value: string, kind: MatchKind): Uint32Array {
  const words = new Uint32Array(idWords);
  setKeyHash(matchText(value, kind), words);
  return words;
}

/** Sets 96 bits of the key's SHA-256. */
export function setKeyHash(key: string, words: Uint32Array): void {
  // As a text of bytes: a buffer for each key would lie outside of the heap, and stay for long.
  const digest = hash('sha256', key, 'binary');
  for (let word = 0; word < idWords; word++) words[word] = wordAt(digest, word * 4);
}

function wordAt(bytes: string, at: number): number {
  const byte = (index: number): number => bytes.charCodeAt(at + index);
  return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
}
